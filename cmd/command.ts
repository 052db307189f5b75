/** What the commands of `k8ts` share. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { FlagError, Flags, flagUsage, nearestFlag, type FlagSpec } from '../component-base/flags.ts';
import { DataDir } from '../cluster/data-dir.ts';
import type { EtcdOptions } from '../cluster/options.ts';

/** The parsed flags, or undefined after --help was answered. An unknown flag is refused with a hint. `argument`: the one argument that must stand beside the flags, for the usage. */
export function parseFlags(command: string, specs: readonly FlagSpec[], argv: readonly string[], about: string, argument?: string): Flags | undefined {
  const flags = withHint(specs, () => new Flags(specs, argv));
  const most = argument === undefined ? 0 : 1;
  if (flags.args.length > most) throw new FlagError(`k8ts ${command} takes no argument "${flags.args[most]}"`);
  if (flags.bool('help')) {
    console.log(`${about}\n\nUsage: k8ts ${command}${argument === undefined ? '' : ` ${argument}`} [flags]\n\n${flagUsage(specs)}`);
    return undefined;
  }
  if (flags.args.length < most) throw new FlagError(`k8ts ${command} needs ${argument}; "k8ts ${command} --help" shows its flags`);
  return flags;
}

function withHint<T>(specs: readonly FlagSpec[], parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const typed = error instanceof FlagError ? /^unknown flag: --(.*)$/.exec(error.message)?.[1] : undefined;
    const near = typed === undefined ? undefined : nearestFlag(typed, specs);
    if (near === undefined) throw error;
    throw new FlagError(`unknown flag: --${typed}; did you mean --${near}?`, { cause: error });
  }
}

export function dataDirOf(flags: Flags): DataDir {
  return new DataDir(resolve(flags.string('data-dir') || process.env['K8TS_DATA_DIR'] || join(homedir(), '.k8ts')));
}

function textOf(flags: Flags, name: string): string | undefined {
  const file = flags.string(name);
  if (file === '') return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new FlagError(`--${name}: ${file} cannot be read`, { cause: error });
  }
}

function etcdUserOf(flags: Flags): EtcdOptions['user'] {
  const [name, password] = [flags.string('etcd-username'), textOf(flags, 'etcd-password-file')];
  if (name === '' && password === undefined) return undefined;
  if (name === '' || password === undefined) throw new FlagError('--etcd-username and --etcd-password-file must be given together');
  return { name, password: password.replace(/\r?\n$/, '') };
}

/** The etcd that the flags name, with its certificates read. */
export function etcdOf(flags: Flags): EtcdOptions {
  const [ca, cert, key] = [textOf(flags, 'etcd-cafile'), textOf(flags, 'etcd-certfile'), textOf(flags, 'etcd-keyfile')];
  const user = etcdUserOf(flags);
  return { servers: flags.strings('etcd-servers'), prefix: flags.string('etcd-prefix'), ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }), ...(user && { user }) };
}
