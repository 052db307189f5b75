/** From stored values to records, without decoding what this server wrote itself. */
import type { MaybePromise } from '../../apimachinery/http.ts';
import { isStorageError, StorageError } from '../errors.ts';
import type { StorageEvent, StoredValue } from '../interface.ts';
import type { CacheSpec, Projection } from './interface.ts';
import type { OwnWrites } from './own-writes.ts';
import { Broken, Held, type RecordContext } from './record.ts';

/** All of them, as a promise only when one is. */
export function allOf<T>(values: readonly MaybePromise<T>[]): MaybePromise<readonly T[]> {
  return values.some((value) => value instanceof Promise) ? Promise.all(values) : (values as readonly T[]);
}

export class Decoder {
  readonly #spec: CacheSpec;
  readonly #context: RecordContext;
  readonly #own: OwnWrites;

  constructor(spec: CacheSpec, context: RecordContext, own: OwnWrites) {
    this.#spec = spec;
    this.#context = context;
    this.#own = own;
  }

  decode(stored: StoredValue): MaybePromise<Held | Broken> {
    try {
      const projection = this.#spec.project(stored);
      if (!(projection instanceof Promise)) return this.#held(stored, projection);
      return projection.then(
        (ready) => this.#held(stored, ready),
        (error: unknown) => this.#broken(stored, error),
      );
    } catch (error) {
      return this.#broken(stored, error);
    }
  }

  /** What an event of the live stream brings; undefined: a deletion. */
  decodeEvent(event: StorageEvent): MaybePromise<Held | Broken | undefined> {
    const { key, revision } = event;
    return this.#ofEvent(event, (value) => this.#own.take(key, revision, value) ?? this.decode({ key, revision, value }));
  }

  /** What an event of the past brought; undefined: a deletion. */
  decodePast(event: StorageEvent): MaybePromise<Held | Broken | undefined> {
    const { key, revision } = event;
    return this.#ofEvent(event, (value) => this.decode({ key, revision, value }));
  }

  /** A driver may give a damaged value, which throws when it is read. */
  #ofEvent(event: StorageEvent, decode: (value: Uint8Array) => MaybePromise<Held | Broken>): MaybePromise<Held | Broken | undefined> {
    let value: Uint8Array | undefined;
    try {
      ({ value } = event);
    } catch (error) {
      return this.#broken(event, error);
    }
    return value && decode(value);
  }

  #held({ key, revision }: StoredValue, projection: Projection): Held {
    return Held.of(this.#context, key, revision, projection, projection.object);
  }

  #broken({ key, revision }: Pick<StoredValue, 'key' | 'revision'>, error: unknown): Broken {
    const known = isStorageError(error, 'Corrupt') ? error : undefined;
    return new Broken(
      key,
      revision,
      known ?? new StorageError('Corrupt', `the value of ${key} at revision ${revision} cannot be decoded`, { key, cause: error }),
    );
  }
}

/** Throws what is wrong with a broken value. */
export function orThrow(held: Held | Broken): Held {
  if (held instanceof Broken) throw held.error;
  return held;
}
