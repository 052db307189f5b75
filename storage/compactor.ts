/**
 * Forgets history that is older than the interval, a little at a time. Every API server may run one: compacting again is no error.
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
  /** History of at least this length stays, and little more; upstream's default is five minutes. */
  readonly intervalMs?: number;
  /** Told what has been compacted. */
  onCompacted?(upTo: Revision): void;
}

const INTERVAL_MS = 5 * 60_000;
/** So often in an interval the revision is noted and compacted. */
const STEPS = 5;

/** Runs until the returned function is called. What fails is logged and tried again a step later. */
export function startCompactor({ storage, clock, log, intervalMs = INTERVAL_MS, onCompacted }: CompactorOptions): () => void {
  /** Oldest first. */
  const seen: { readonly at: number; readonly revision: Revision }[] = [];
  const compact = async (): Promise<void> => {
    const at = clock.monotonic();
    const revision = await storage.currentRevision();
    seen.push({ at, revision });
    const old = seen.findLastIndex((mark) => mark.at <= at - intervalMs);
    const [upTo] = old < 0 ? [] : seen.splice(0, old + 1).slice(-1);
    if (!upTo || upTo.revision >= revision) return;
    await storage.compact(upTo.revision);
    onCompacted?.(upTo.revision);
  };
  const timer = clock.every(intervalMs / STEPS, () => {
    compact().catch((error: unknown) => {
      if (!isStorageError(error, 'Closed')) log.error('the store could not be compacted', error);
    });
  });
  return () => timer.stop();
}
