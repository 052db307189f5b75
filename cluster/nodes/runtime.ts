/** Which runtime `auto` means on this machine, and whether the one that was asked for can work here. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { OptionError } from '../options.ts';

/** Programs that containerd nodes need, and the Debian package of each. */
const NEEDED: Readonly<Record<string, string>> = { containerd: 'containerd', runc: 'runc', ctr: 'containerd', ip: 'iproute2', nsenter: 'util-linux', nft: 'nftables' };

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((dir) => existsSync(join(dir, program)));
}

/** Why containerd nodes cannot run here; undefined: they can. */
export function containerdObstacle(): string | undefined {
  if (process.platform !== 'linux') return `containerd nodes need Linux, this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'containerd nodes need root; run as root or use --runtime simulated';
  const missing = Object.keys(NEEDED).filter((p) => !isOnPath(p));
  if (missing.length === 0) return undefined;
  return `containerd nodes need ${missing.join(', ')}: install ${[...new Set(missing.map((p) => NEEDED[p]))].join(', ')}, or use --runtime simulated`;
}

/** `auto` is always simulated: real containers change the machine's network, so they are asked for by name. */
export async function resolveRuntime(asked: string): Promise<'simulated' | 'containerd'> {
  if (asked === 'auto' || asked === 'simulated') return 'simulated';
  if (asked !== 'containerd') throw new OptionError(`runtime: "${asked}" is not supported; use one of auto, simulated, containerd`);
  const obstacle = containerdObstacle();
  if (obstacle !== undefined) throw new OptionError(`runtime containerd: ${obstacle}`);
  return 'containerd';
}
