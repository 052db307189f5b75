/** The one CRUD engine. api/endpoints calls it; it writes through storage/cacher. See ./store-interface.ts for the contract. */
import { isStatusError, newNotFound } from '../../apimachinery/errors.ts';
import type { MaybePromise } from '../../apimachinery/http.ts';
import { outcomeOf, whenThere } from '../../apimachinery/maybe-promise.ts';
import type { Key, Obj } from '../../apimachinery/meta.ts';
import type { RequestContext } from './context.ts';
import { create } from './create.ts';
import type { Admission, ResourceDefinition } from './definition.ts';
import { remove } from './delete.ts';
import { groupResourceOf } from './resource-key.ts';
import { keyIn, storedRecord, type StoreParts } from './resource-store.ts';
import { freshEnough } from './read.ts';
import { interpretStorageError } from './store-errors.ts';
import type { Change, DeleteRequest, DeleteResult, Store, Stored, UpdateRequest, WriteRequest, WriteResult } from './store-interface.ts';
import { update } from './update.ts';

export class ResourceStore implements Store {
  readonly parts: StoreParts;

  constructor(parts: StoreParts) {
    this.parts = parts;
  }

  get definition(): ResourceDefinition {
    return this.parts.definition;
  }

  async create(obj: Obj, admission: Admission, request: WriteRequest, ctx: RequestContext): Promise<WriteResult> {
    try {
      return { stored: await create(this.parts, obj, admission, request, ctx), created: true };
    } catch (error) {
      throw interpreted(error);
    }
  }

  async update(key: Key, change: Change, admission: Admission, request: UpdateRequest, ctx: RequestContext): Promise<WriteResult> {
    try {
      return await update(this.parts, key, change, admission, request, ctx);
    } catch (error) {
      throw interpreted(error);
    }
  }

  async delete(key: Key, admission: Admission, request: DeleteRequest, ctx: RequestContext): Promise<DeleteResult> {
    try {
      return await remove(this.parts, key, admission, request, ctx);
    } catch (error) {
      throw interpreted(error);
    }
  }

  get(key: Key, options: { readonly resourceVersion?: string }, ctx: RequestContext): MaybePromise<Stored> {
    return outcomeOf(
      () => whenThere(freshEnough(this.parts, options.resourceVersion, ctx), () => this.#read(key, ctx)),
      (stored) => stored,
      (error) => {
        throw interpreted(error);
      },
    );
  }

  #read(key: Key, ctx: RequestContext): Stored {
    const record = this.parts.cacher.get(keyIn(this.parts, key));
    if (!record) throw newNotFound(groupResourceOf(this.definition, ctx), key.name);
    return storedRecord(record);
  }
}

const interpreted = (error: unknown): unknown => (isStatusError(error) ? error : interpretStorageError(error));
