/** `npm run bar:testcmd [-- FUNCTION ...]`: upstream's own kubectl command tests on our kube-apiserver and kube-controller-manager. Reports the score; no threshold. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programPath } from '../harness/program.ts';
import { bar, peer, shared, show } from './setting.ts';

const PEERS = ['etcd', 'kubectl', 'kubectl-convert'];

const command = (name: string): string => `${process.execPath} ${programPath(name)}`;

interface Verdict {
  readonly function: string;
  readonly verdict: string;
}

function verdictsIn(file: string): readonly Verdict[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const [name = '', verdict = ''] = line.split('\t');
    return { function: name, verdict };
  });
}

await bar(async () => {
  const script = shared('peers', 'testcmd.sh');
  for (const name of PEERS) peer(name);
  const out = mkdtempSync(join(tmpdir(), 'k8ts-testcmd-'));
  const env = { KUBE_APISERVER: command('kube-apiserver'), KUBE_CONTROLLER_MANAGER: command('kube-controller-manager') };
  const code = await show('bash', [script, out, ...process.argv.slice(2)], env);
  if (code === 2) {
    console.error(`the programs did not start: ${out} holds their logs`);
    process.exitCode = 2;
    return;
  }
  const verdicts = verdictsIn(join(out, 'results.tsv'));
  const failed = verdicts.filter((v) => v.verdict !== 'passed');
  console.log(`bar:testcmd: ${verdicts.length - failed.length} of ${verdicts.length} functions passed`);
  if (failed.length === 0) rmSync(out, { recursive: true, force: true });
  else console.log(`not passed: ${failed.map((v) => v.function).join(', ')}; output in ${join(out, 'log')}`);
});
