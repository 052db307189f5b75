/** What the commands of `k8ts` share. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { FlagError, Flags, flagUsage, nearestFlag, type FlagSpec } from '../component-base/flags.ts';
import { DataDir } from '../cluster/data-dir.ts';

/** The parsed flags, or undefined after --help was answered. An unknown flag is refused with a hint. */
export function parseFlags(command: string, specs: readonly FlagSpec[], argv: readonly string[], about: string): Flags | undefined {
  const flags = withHint(specs, () => new Flags(specs, argv));
  if (flags.args.length > 0) throw new FlagError(`k8ts ${command} takes no argument "${flags.args[0]}"`);
  if (!flags.bool('help')) return flags;
  console.log(`${about}\n\nUsage: k8ts ${command} [flags]\n\n${flagUsage(specs)}`);
  return undefined;
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
