/** Runs `nft`, in a node's network namespace when it has one. */
import { spawn } from 'node:child_process';
import type { Backend } from '../interface.ts';
import type { Family } from '../../config/service-port.ts';
import { emptyRuleset, ruleset } from './ruleset.ts';

export interface NftablesOptions {
  /** A file that names the namespace (/var/run/netns/NAME); '' : the process's own. */
  readonly netns: string;
  readonly clusterCIDR: string;
}

function runNft(netns: string, script: string): Promise<void> {
  const [program, args] = netns === '' ? ['nft', ['-f', '-']] : ['nsenter', [`--net=${netns}`, 'nft', '-f', '-']];
  const child = spawn(program as string, args as string[], { stdio: ['pipe', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  child.stdin.on('error', (error) => (complaint += error.message));
  child.stdin.end(script);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error('nft cannot be started: install nftables, or use another proxy backend', { cause: error })));
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`nft refused the rules: ${complaint.trim().split('\n').slice(0, 3).join(' ')}`))));
  });
}

export function newNftablesBackend(options: NftablesOptions): Backend {
  const last = new Map<Family, string>();
  return {
    async sync(family, ports) {
      const script = ruleset(ports, { family, clusterCIDR: family === 'IPv4' ? options.clusterCIDR : '' });
      if (last.get(family) === script) return;
      await runNft(options.netns, script);
      last.set(family, script);
    },
    async cleanup() {
      for (const family of last.keys()) await runNft(options.netns, emptyRuleset(family));
      last.clear();
    },
  };
}
