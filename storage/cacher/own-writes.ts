/** The writes of this server that are under way or whose events have not come yet, so that nothing it wrote is decoded again. */
import { Transit } from '../../component-base/transit.ts';
import type { Revision } from '../interface.ts';
import type { Projection, PutRequest } from './interface.ts';
import { Held, type RecordContext } from './record.ts';

export interface OwnWrite {
  readonly key: string;
  readonly value: Uint8Array;
  readonly projection: Projection;
  /** Set once the store said so. */
  revision: Revision | undefined;
  /** Set by whoever comes first: the store's answer or the event. */
  record: Held | undefined;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export class OwnWrites {
  readonly #context: RecordContext;
  readonly #byKey = new Transit<string, OwnWrite[]>();

  constructor(context: RecordContext) {
    this.#context = context;
  }

  begin({ key, value, projection }: PutRequest): OwnWrite {
    const write: OwnWrite = { key, value, projection, revision: undefined, record: undefined };
    const writes = this.#byKey.get(key);
    if (writes) writes.push(write);
    else this.#byKey.set(key, [write]);
    return write;
  }

  /** The write committed: its record, the same that its event brings. `isKnown`: the event has come already. */
  committed(write: OwnWrite, revision: Revision, isKnown: boolean): Held {
    write.revision = revision;
    const hasCome = isKnown || write.record?.revision === revision;
    if (write.record?.revision !== revision) write.record = this.#recordOf(write, revision);
    if (hasCome) this.forget(write);
    return write.record;
  }

  /** The record of an event that one of these writes made; undefined when none did. */
  take(key: string, revision: Revision, value: Uint8Array): Held | undefined {
    const writes = this.#byKey.get(key);
    const write = writes?.find((one) => one.revision === revision || (one.revision === undefined && isSame(one.value, value)));
    if (!write) return undefined;
    if (write.record?.revision !== revision) write.record = this.#recordOf(write, revision);
    if (write.revision !== undefined) this.forget(write);
    return write.record;
  }

  forget(write: OwnWrite): void {
    const writes = this.#byKey.get(write.key)?.filter((one) => one !== write) ?? [];
    if (writes.length > 0) this.#byKey.set(write.key, writes);
    else this.#byKey.delete(write.key);
  }

  /** The object goes to one record alone: its resourceVersion is set. */
  #recordOf(write: OwnWrite, revision: Revision): Held {
    const { projection } = write;
    return Held.of(this.#context, write.key, revision, projection, write.record ? undefined : projection.object);
  }

  /** Forgets writes whose events will not come: the resource was listed at `revision`. */
  forgetUpTo(revision: Revision): void {
    for (const write of [...this.#byKey.values()].flat())
      if (write.revision !== undefined && write.revision <= revision) this.forget(write);
  }
}
