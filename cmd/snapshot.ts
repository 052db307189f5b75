/** `k8ts snapshot save|restore|verify`: the state of a cluster as a file. */
import { resolve } from 'node:path';
import { realClock } from '../component-base/clock.ts';
import { FlagError, type Flags } from '../component-base/flags.ts';
import { restoreSnapshot, saveSnapshot, verifySnapshot, type SnapshotPlace } from '../cluster/snapshot.ts';
import { dataDirOf, etcdOf, parseFlags } from './command.ts';
import { SNAPSHOT_RESTORE_FLAGS, SNAPSHOT_SAVE_FLAGS, SNAPSHOT_VERIFY_FLAGS } from './flags.ts';

const COMMANDS: Readonly<Record<string, (argv: readonly string[]) => Promise<number>>> = { save, restore, verify };

const USAGE = `The state of a cluster as a file.

Usage: k8ts snapshot save FILE [--data-dir D | --etcd-servers URLS]      while the cluster runs or not
       k8ts snapshot restore FILE [--data-dir D | --etcd-servers URLS]   into an empty store, with no cluster running on it
       k8ts snapshot verify FILE|DIR                                     a snapshot, or the data directory of a stopped cluster

"k8ts snapshot save --help" shows the flags.`;

/** On etcd only writes raise the revision. */
const BUMP = { dataDir: 100_000, etcd: 1000 } as const;

const fileOf = (flags: Flags): string => resolve(flags.args[0] ?? '');

function placeOf(flags: Flags): SnapshotPlace {
  if (!flags.isSet('etcd-servers')) return { dataDir: dataDirOf(flags).path };
  if (flags.isSet('data-dir')) throw new FlagError('give --data-dir or --etcd-servers, not both');
  return { etcd: etcdOf(flags) };
}

async function save(argv: readonly string[]): Promise<number> {
  const flags = parseFlags('snapshot save', SNAPSHOT_SAVE_FLAGS, argv, 'Write a consistent copy of the state to a file, while the cluster runs or not.', 'FILE');
  if (!flags) return 0;
  const { revision, keys, bytes } = await saveSnapshot(placeOf(flags), fileOf(flags), realClock);
  console.log(`saved revision ${revision}, ${keys} keys, ${bytes} bytes to ${fileOf(flags)}`);
  return 0;
}

async function restore(argv: readonly string[]): Promise<number> {
  const flags = parseFlags('snapshot restore', SNAPSHOT_RESTORE_FLAGS, argv, 'Fill an empty store from a snapshot. It holds everything afterwards, or nothing.', 'FILE');
  if (!flags) return 0;
  const place = placeOf(flags);
  const bump = flags.isSet('bump-revision') ? flags.number('bump-revision') : BUMP['etcd' in place ? 'etcd' : 'dataDir'];
  if (bump < 0) throw new FlagError(`--bump-revision ${bump}: give a number that is not negative`);
  const onProgress = (text: string): void => void process.stderr.write(`  ${text}\n`);
  const { revision, keys } = await restoreSnapshot({ file: fileOf(flags), place, bump, clock: realClock, onProgress });
  console.log(`restored ${keys} keys; the store is at revision ${revision}`);
  return 0;
}

async function verify(argv: readonly string[]): Promise<number> {
  const flags = parseFlags('snapshot verify', SNAPSHOT_VERIFY_FLAGS, argv, 'Check the checksums, counts and format of a snapshot or of the store of a stopped cluster; name what is broken.', 'FILE|DIR');
  if (!flags) return 0;
  const { summary, problems } = await verifySnapshot(fileOf(flags));
  console.log(summary);
  for (const problem of problems) console.error(`  ${problem}`);
  if (problems.length === 0) console.log('everything is whole');
  else console.error(`k8ts: ${fileOf(flags)} is damaged: ${problems.length} problem${problems.length === 1 ? '' : 's'}; restore a whole snapshot`);
  return problems.length === 0 ? 0 : 1;
}

export async function run(argv: readonly string[]): Promise<number> {
  const [name = '', ...rest] = argv;
  if (name === '--help' || name === '-h' || name === '') {
    console.log(USAGE);
    return name === '' ? 2 : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new FlagError(`unknown command "snapshot ${name}"; use save, restore or verify`);
  return command(rest);
}
