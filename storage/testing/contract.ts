/**
 * The suite that every storage driver runs: one test per sentence of storage/interface.ts.
 * Behaves like upstream apiserver/pkg/storage/testing, one layer below objects.
 */
import { afterEach, describe, it } from '@jest/globals';
import type { Storage } from '../interface.ts';
import { changeTests } from './contract-changes.ts';
import type { ContractContext, ContractTests, StorageContract } from './contract-context.ts';
import { historyTests } from './contract-history.ts';
import { lifeTests } from './contract-life.ts';
import { readTests } from './contract-reads.ts';
import { watchTests } from './contract-watch.ts';

/** Tests that need an optional part of the contract. */
const NEEDS: Readonly<Record<string, 'reopen' | 'restore'>> = {
  'keeps acknowledged writes, revisions and history over reopening': 'reopen',
  'resumes a watch over reopening': 'reopen',
  'expires keys whose time passes while it is closed': 'reopen',
  'restores a backup': 'restore',
};

function reasonToSkip(contract: StorageContract, name: string): string | undefined {
  const need = NEEDS[name];
  if (need && !contract[need]) return `has no ${need}`;
  return contract.skip.find((skip) => skip.tests.includes(name))?.reason;
}

export function runStorageContract(contract: StorageContract): void {
  const tests: ContractTests = { ...readTests, ...changeTests, ...historyTests, ...watchTests, ...lifeTests };
  for (const { tests: names } of contract.skip) {
    for (const name of names) if (!(name in tests)) throw new Error(`the contract of ${contract.name} skips an unknown test: ${name}`);
  }
  const opened: Storage[] = [];
  const keep = async (storage: Promise<Storage> | undefined): Promise<Storage> => {
    if (!storage) throw new Error(`${contract.name} cannot do this`);
    opened.push(await storage);
    return storage;
  };
  const context: ContractContext = {
    contract,
    open: () => keep(contract.newStorage()),
    reopen: () => keep(contract.reopen?.()),
    restore: (backup) => keep(contract.restore?.(backup)),
  };
  describe(`storage contract: ${contract.name}`, () => {
    afterEach(async () => {
      for (const storage of opened.splice(0)) await storage.close();
      await contract.cleanUp?.();
    });
    for (const [name, run] of Object.entries(tests)) {
      const reason = reasonToSkip(contract, name);
      if (reason === undefined) it(name, () => run(context));
      else it.skip(`${name} (${reason})`, () => undefined);
    }
  });
}
