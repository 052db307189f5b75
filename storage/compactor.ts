/**
 * Forgets history that is older than the interval: of a store of one server's own a little at a time, of a shared one in turns with the other servers, upstream's among them.
 * Behaves like upstream apiserver/pkg/storage/etcd3/compact.go.
 */
import type { Clock } from '../component-base/clock.ts';
import type { Log } from '../component-base/log.ts';
import { isStorageError } from './errors.ts';
import type { Revision, Storage } from './interface.ts';

export interface CompactorOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Log;
  /** History of at least this length stays, and little more (shared: at most twice as much); upstream's default is five minutes. */
  readonly intervalMs?: number;
  /** Other servers compact it, too. */
  readonly isShared?: boolean;
  /** Told what has been compacted. */
  onCompacted?(upTo: Revision): void;
}

const INTERVAL_MS = 5 * 60_000;
/** So often in an interval the revision is noted and compacted, where nobody else does: what is given back at once is few pages, since lmdb puts each in its place among all that are free. */
const STEPS = 20;
/** Upstream's record of who compacts: its value is the revision compacted last. */
export const COMPACT_REV_KEY = 'compact_rev_key';

/** Runs until the returned function is called. What fails is logged and tried again a step later. */
export function startCompactor(options: CompactorOptions): () => void {
  const { clock, log, intervalMs = INTERVAL_MS, isShared = false } = options;
  const turn = isShared ? sharedTurns(options) : ownTurns(options, intervalMs);
  const timer = clock.every(isShared ? intervalMs : intervalMs / STEPS, () => {
    turn().catch((error: unknown) => {
      if (!isStorageError(error, 'Closed')) log.error('the store could not be compacted', error);
    });
  });
  return () => timer.stop();
}

function ownTurns({ storage, clock, onCompacted }: CompactorOptions, intervalMs: number): () => Promise<void> {
  /** Oldest first. */
  const seen: { readonly at: number; readonly revision: Revision }[] = [];
  return async () => {
    const at = clock.monotonic();
    const revision = await storage.currentRevision();
    seen.push({ at, revision });
    const old = seen.findLastIndex((mark) => mark.at <= at - intervalMs);
    const [upTo] = old < 0 ? [] : seen.splice(0, old + 1).slice(-1);
    if (!upTo || upTo.revision >= revision) return;
    await storage.compact(upTo.revision);
    onCompacted?.(upTo.revision);
  };
}

/** A turn is taken by who finds the record as it was at its own last turn; the others note where the store stands and wait for the next. */
function sharedTurns({ storage, onCompacted }: CompactorOptions): () => Promise<void> {
  /** Of the record; 0: there is none. */
  let known: Revision = 0;
  /** Where the store stood at the last turn; 0: there was none. */
  let noted: Revision = 0;
  return async () => {
    const upTo = noted;
    const written = await storage.put(COMPACT_REV_KEY, new TextEncoder().encode(String(upTo)), known);
    if (!written.committed) {
      known = written.current?.revision ?? 0;
      noted = await storage.currentRevision();
      const others = Number(written.current && new TextDecoder().decode(written.current.value));
      if (others > 0) onCompacted?.(others);
      return;
    }
    known = noted = written.revision;
    if (upTo === 0) return;
    await storage.compact(upTo);
    onCompacted?.(upTo);
  };
}
