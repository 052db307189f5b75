/**
 * Forgets history that is older than the interval. Every API server may run one: compacting again is no error.
 * Behaves like upstream apiserver/pkg/storage/etcd3/compact.go, without its record of who compacts.
 */
import type { Clock } from '../component-base/clock.ts';
import type { Log } from '../component-base/log.ts';
import { isStorageError } from './errors.ts';
import type { Revision, Storage } from './interface.ts';

export interface CompactorOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Log;
  /** History of at least this length stays; upstream's default is five minutes. */
  readonly intervalMs?: number;
}

const INTERVAL_MS = 5 * 60_000;

/** Runs until the returned function is called. What fails is logged and tried again an interval later. */
export function startCompactor({ storage, clock, log, intervalMs = INTERVAL_MS }: CompactorOptions): () => void {
  let seen: Revision | undefined;
  const compact = async (): Promise<void> => {
    const before = seen;
    seen = await storage.currentRevision();
    if (before !== undefined && before < seen) await storage.compact(before);
  };
  const timer = clock.every(intervalMs, () => {
    compact().catch((error: unknown) => {
      if (!isStorageError(error, 'Closed')) log.error('the store could not be compacted', error);
    });
  });
  return () => timer.stop();
}
