/** The frame of a smoke suite: named checks against any cluster, each in a namespace of its own. */
import * as core from '../../apimachinery/types/core.gen.ts';
import type { Client } from '../../client/interface.ts';
import { describeError } from '../../component-base/log.ts';

export interface CheckContext {
  readonly client: Client;
  /** Exists for this check alone and is removed afterwards. */
  readonly namespace: string;
  /** Aborts when the check takes too long. */
  readonly signal: AbortSignal;
}

export interface Check {
  readonly name: string;
  run(ctx: CheckContext): Promise<void>;
}

export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

const CHECK_MS = 60_000;

async function runOne(client: Client, check: Check): Promise<string | undefined> {
  const namespaces = client.resource(core.Namespace);
  const made = await namespaces.create({ metadata: { generateName: 'smoke-' } as never });
  try {
    await check.run({ client, namespace: made.metadata.name, signal: AbortSignal.timeout(CHECK_MS) });
    return undefined;
  } catch (error) {
    return describeError(error);
  } finally {
    await namespaces.delete({ namespace: '', name: made.metadata.name });
  }
}

/** Runs the checks one after another; a line each to `print`. Resolves with how many failed. */
export async function runSuite(client: Client, checks: readonly Check[], print: (line: string) => void): Promise<number> {
  let failed = 0;
  for (const check of checks) {
    const problem = await runOne(client, check);
    if (problem !== undefined) failed++;
    print(problem === undefined ? `ok    ${check.name}` : `FAIL  ${check.name}: ${problem}`);
  }
  print(`${checks.length - failed} passed, ${failed} failed`);
  return failed;
}
