/** One revision of one object as the cache holds it. */
import type { MaybePromise } from '../../apimachinery/http.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import { copyBytes } from '../../component-base/copy-bytes.ts';
import type { StorageError } from '../errors.ts';
import type { Revision } from '../interface.ts';
import type { Budget, Slot } from './budget.ts';
import { Forms } from './forms.ts';
import type { CachedRecord, Form, Projection, Tested } from './interface.ts';
import type { RecordMemory } from './record-memory.ts';

/** What the records of one resource share. */
export interface RecordContext {
  readonly objects: Budget;
  readonly forms: Budget;
  parse(bytes: Uint8Array): Obj;
  readonly memory: RecordMemory;
}

/** A parsed object takes several times its text. */
const OBJECT_COST = 4;

const revisionText = (revision: Revision): string => `"resourceVersion":"${revision}",`;

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  if (Array.isArray(value)) for (let i = 0; i < value.length; i++) deepFreeze(value[i]);
  else for (const name in value) deepFreeze((value as Readonly<Record<string, unknown>>)[name]);
}

const LINE_END = 0x0a;

/** `bytes[0, at)`, the revision, `bytes[from, …)`; a line end lies behind what is returned. */
function splice(context: RecordContext, bytes: Uint8Array, at: number, from: number, revision: string): Uint8Array {
  const length = at + revision.length + bytes.length - from;
  const out = context.memory.allocate(length + 1);
  copyBytes(bytes.subarray(0, at), out, 0);
  for (let i = 0; i < revision.length; i++) out[at + i] = revision.charCodeAt(i);
  copyBytes(bytes.subarray(from), out, at + revision.length);
  out[length] = LINE_END;
  return out.subarray(0, length);
}

/** Not `{ ...object, metadata }`: each object that is made so, and changed or frozen, has a shape of its own. */
function objectAt(object: Obj, revision: Revision): Obj {
  const metadata = Object.assign({}, object.metadata, { resourceVersion: String(revision) });
  return Object.assign({}, object, { metadata });
}

interface Content {
  readonly key: string;
  readonly revision: Revision;
  readonly bytes: Uint8Array;
  readonly revisionAt: number;
  readonly revisionLength: number;
  readonly itemStart: number;
  readonly tested: Tested;
  readonly stale: boolean;
}

export class Held implements CachedRecord {
  readonly key: string;
  readonly revision: Revision;
  readonly revisionAt: number;
  readonly revisionLength: number;
  readonly itemStart: number;
  readonly tested: Tested;
  readonly stale: boolean;
  readonly bytes: Uint8Array;
  readonly #context: RecordContext;
  #object: Slot<Obj> | undefined;
  #forms: Forms<CachedRecord> | undefined;

  constructor(context: RecordContext, content: Content) {
    this.#context = context;
    this.key = content.key;
    this.revision = content.revision;
    this.bytes = content.bytes;
    this.revisionAt = content.revisionAt;
    this.revisionLength = content.revisionLength;
    this.itemStart = content.itemStart;
    this.tested = content.tested;
    this.stale = content.stale;
  }

  /** `object`: that of the projection, unless another record has it. */
  static of(context: RecordContext, key: string, revision: Revision, projection: Projection, object: Obj | undefined): Held {
    const { revisionAt, itemStart, tested, stale = false } = projection;
    const text = revisionText(revision);
    const bytes = splice(context, projection.bytes, revisionAt, revisionAt, text);
    const held = new Held(context, { key, revision, bytes, revisionAt, revisionLength: text.length, itemStart, tested, stale });
    if (object && !Object.isFrozen(object)) {
      object.metadata.resourceVersion = String(revision);
      held.#keep(object);
    }
    return held;
  }

  /** For events of it. */
  get forms(): Budget {
    return this.#context.forms;
  }

  get line(): Uint8Array {
    return new Uint8Array(this.bytes.buffer);
  }

  /** It is a current record now. */
  enter(): void {
    this.#context.memory.enter(this.bytes.length);
  }

  object(): Obj {
    const kept = this.#object?.value;
    const object = kept ?? this.#context.parse(this.bytes);
    deepFreeze(object);
    if (!kept) this.#keep(object);
    else if (this.#object) this.#object.wasUsed = true;
    return object;
  }

  form(form: Form<CachedRecord>): MaybePromise<Uint8Array> {
    this.#forms ??= new Forms(this.#context.forms);
    return this.#forms.get(this, form);
  }

  hasSameContent(bytes: Uint8Array): boolean {
    if (bytes.length !== this.bytes.length - this.revisionLength) return false;
    for (let i = 0; i < this.revisionAt; i++) if (bytes[i] !== this.bytes[i]) return false;
    for (let i = this.revisionAt; i < bytes.length; i++) if (bytes[i] !== this.bytes[i + this.revisionLength]) return false;
    return true;
  }

  at(revision: Revision): Held {
    if (revision === this.revision) return this;
    const text = revisionText(revision);
    const bytes = splice(this.#context, this.bytes, this.revisionAt, this.revisionAt + this.revisionLength, text);
    const { key, revisionAt, itemStart, tested, stale } = this;
    const held = new Held(this.#context, { key, revision, bytes, revisionAt, revisionLength: text.length, itemStart, tested, stale });
    const object = this.#object?.value;
    if (object) held.#keep(objectAt(object, revision));
    return held;
  }

  #keep(object: Obj): void {
    this.#object = this.#context.objects.keep(object, this.bytes.length * OBJECT_COST, this.#object);
  }

  /** It takes the place of `before`: whoever writes one of them again and again is spared parsing. */
  succeed(before: Held): void {
    if (this.#object && before.#object?.isLasting) this.#object.isLasting = true;
  }

  /** Another revision stands in its place: its object is parsed again for whoever asks yet. */
  releaseObject(): void {
    if (this.#object) this.#context.objects.release(this.#object);
  }

  /** It is neither current nor remembered any more: what can be made again is given back. */
  release(): void {
    this.#context.memory.leave(this.bytes.length);
    this.releaseObject();
    this.#forms?.release();
  }
}

/** A key whose value could not be decoded. */
export class Broken {
  readonly key: string;
  readonly revision: Revision;
  readonly error: StorageError;

  constructor(key: string, revision: Revision, error: StorageError) {
    this.key = key;
    this.revision = revision;
    this.error = error;
  }
}
