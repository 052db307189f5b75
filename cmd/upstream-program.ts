/** Runs an upstream-named program: upstream's flags in, until a signal. */
import { keepProcessAlive, realClock } from '../component-base/clock.ts';
import { FlagError, Flags, flagUsage, nearestFlag, type FlagSpec } from '../component-base/flags.ts';
import { Lifecycle } from '../component-base/lifecycle.ts';
import { describeError, jsonLog } from '../component-base/log.ts';
import { realRand } from '../component-base/rand.ts';
import type { Program } from '../cluster/programs/program.ts';

const VERSION = 'Kubernetes v1.35.4';

function parse(name: string, specs: readonly FlagSpec[]): Flags | undefined {
  const flags = new Flags(specs, process.argv.slice(2));
  if (flags.bool('help')) {
    console.log(`Usage: ${name} [flags]\n\n${flagUsage(specs)}`);
    return undefined;
  }
  if (flags.bool('version')) {
    console.log(VERSION);
    return undefined;
  }
  if (flags.args.length > 0) throw new FlagError(`unknown command "${flags.args[0]}" for "${name}"`);
  return flags;
}

/** A flag that would have no effect is not passed over in silence. */
function withoutEffect(flags: Flags, program: Program): string[] {
  const known = new Set([...program.honours, ...program.impliedBy]);
  return flags.given.filter((f) => !known.has(f));
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

function fail(name: string, specs: readonly FlagSpec[], error: unknown): void {
  const typed = error instanceof FlagError ? /^unknown flag: --(.*)$/.exec(error.message)?.[1] : undefined;
  const near = typed === undefined ? undefined : nearestFlag(typed, specs);
  console.error(`${name}: ${describeError(error)}${near === undefined ? '' : `; did you mean --${near}?`}`);
  process.exitCode = 1;
}

export async function runUpstreamProgram(name: string, specs: readonly FlagSpec[], load: () => Promise<Program>): Promise<void> {
  const log = jsonLog((line) => void process.stderr.write(`${line}\n`), () => realClock.now(), 'info');
  const life = new Lifecycle(log);
  const alive = keepProcessAlive();
  try {
    const flags = parse(name, specs);
    if (!flags) return;
    const program = await load();
    for (const flag of withoutEffect(flags, program)) log.warn(`--${flag} is accepted and has no effect`);
    const signalled = untilSignal();
    let end: (error: unknown) => void = () => undefined;
    const failed = new Promise<never>((_, reject) => (end = reject));
    await Promise.race([failed, life.start(name, () => program.start(flags, { life, clock: realClock, rand: realRand, log, fail: end }))]);
    log.info(`${name} is serving`);
    await Promise.race([failed, signalled]);
    await life.stop();
    process.exit(0);
  } catch (error) {
    await life.stop();
    fail(name, specs, error);
    process.exit(1);
  } finally {
    alive.stop();
  }
}
