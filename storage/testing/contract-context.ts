/** What a storage driver hands to the contract suite, and what a test of the suite gets. */
import type { Storage } from '../interface.ts';

export interface StorageContract {
  readonly name: string;
  /** An empty store. */
  newStorage(): Promise<Storage>;
  /** The same store after `close`, opened again; absent: nothing survives. */
  reopen?(): Promise<Storage>;
  /** A store made from a backup's chunks joined; absent: restoring is done by other means. */
  restore?(backup: Uint8Array): Promise<Storage>;
  /** Restored values have new revisions. */
  readonly renumbers?: boolean;
  /** Lets time pass for ttls; absent: they pass in real time. */
  passTime?(ms: number): void;
  /** Called after each test, with every store closed. */
  cleanUp?(): Promise<void>;
  /** Tests by name that this driver does not pass, and why. */
  readonly skip: readonly { readonly reason: string; readonly tests: readonly string[] }[];
}

/** What a test gets. Stores are closed after the test. */
export interface ContractContext {
  readonly contract: StorageContract;
  open(): Promise<Storage>;
  reopen(): Promise<Storage>;
  restore(backup: Uint8Array): Promise<Storage>;
}

export type ContractTests = Readonly<Record<string, (context: ContractContext) => Promise<void>>>;
