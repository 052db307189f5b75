/** One change of a resource, in the window and on the way to watchers. */
import type { Revision } from '../interface.ts';
import type { Budget } from './budget.ts';
import type { ChangeEvent, RecordChange, Tested } from './interface.ts';
import { Broken, Held } from './record.ts';
import { SeenEvent } from './seen-event.ts';

export class Change implements RecordChange {
  readonly key: string;
  readonly revision: Revision;
  readonly record: Held | undefined;
  readonly previous: Held | undefined;
  /** The new value cannot be decoded: watches that it may concern end. */
  readonly broken: Broken | undefined;
  /** What stood there before, decoded or not. */
  readonly before: Held | Broken | undefined;
  readonly #frames: Budget;
  #added: SeenEvent | undefined;
  #modified: SeenEvent | undefined;
  #deleted: SeenEvent | undefined;

  constructor(key: string, revision: Revision, now: Held | Broken | undefined, before: Held | Broken | undefined, frames: Budget) {
    this.key = key;
    this.revision = revision;
    this.record = now instanceof Held ? now : undefined;
    this.broken = now instanceof Broken ? now : undefined;
    this.previous = before instanceof Held ? before : undefined;
    this.before = before;
    this.#frames = frames;
  }

  get tested(): Tested | undefined {
    return this.record?.tested ?? this.previous?.tested;
  }

  /** What a watcher is told whose selector holds of `previous` if `before`, and of `record` if `after`. */
  seen(before: boolean, after: boolean): ChangeEvent | undefined {
    if (after && this.record) {
      if (!before) return (this.#added ??= new SeenEvent('ADDED', this.record, this.#frames));
      this.#modified ??= new SeenEvent('MODIFIED', this.record, this.#frames);
      return this.#modified;
    }
    if (!before || !this.previous) return undefined;
    this.#deleted ??= new SeenEvent('DELETED', this.previous.at(this.revision), this.#frames);
    return this.#deleted;
  }

  /** It is older than what is remembered: what was kept for its watchers is given back. */
  release(): void {
    this.#added?.release();
    this.#modified?.release();
    this.#deleted?.release();
    this.previous?.release();
  }
}
