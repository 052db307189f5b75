/** What every runtime driver must keep; see interface.ts. A driver's test calls runRuntimeContract and names the tests that it cannot keep, with reasons. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Runtime } from '../interface.ts';
import { containerTests } from './container-tests.ts';
import { sandboxTests } from './sandbox-tests.ts';
import { streamingTests } from './streaming-tests.ts';
import type { ContractTests, Fixture } from './fixture.ts';

export interface RuntimeContract {
  readonly name: string;
  /** A runtime that is ready; stopped by the fixture's close. */
  newRuntime(): Promise<Fixture>;
  readonly skip?: readonly { readonly reason: string; readonly tests: readonly string[] }[];
}

const ALL: Readonly<Record<string, ContractTests>> = { sandboxes: sandboxTests, containers: containerTests, streaming: streamingTests };

export function runRuntimeContract(contract: RuntimeContract): void {
  const skipped = new Map((contract.skip ?? []).flatMap(({ reason, tests }) => tests.map((t) => [t, reason] as const)));
  describe(`runtime contract: ${contract.name}`, () => {
    let fixture: Fixture;
    beforeAll(async () => void (fixture = await contract.newRuntime()), 60_000);
    afterAll(async () => fixture?.close(), 60_000);
    for (const [group, tests] of Object.entries(ALL)) {
      describe(group, () => {
        for (const [title, run] of Object.entries(tests)) (skipped.has(title) ? it.skip : it)(title, () => run(fixture), 60_000);
      });
    }
    it('skips no test that does not exist', () => {
      const known = new Set(Object.values(ALL).flatMap((tests) => Object.keys(tests)));
      expect([...skipped.keys()].filter((t) => !known.has(t))).toEqual([]);
    });
  });
}

export type { Runtime };
