/** The further encodings of one record or event, each made once while it is kept. */
import type { MaybePromise } from '../../apimachinery/http.ts';
import type { Budget, Slot } from './budget.ts';
import type { Form } from './interface.ts';

export class Forms<T> {
  readonly #budget: Budget;
  /** Most records and events have none. */
  #kept: Map<string, Slot<Uint8Array> | Promise<Uint8Array>> | undefined;

  /** The form that was asked for again, and its slot: watchers ask for the same one after another. */
  #form: Form<T> | undefined = undefined;
  #slot: Slot<Uint8Array> | undefined = undefined;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  get(of: T, form: Form<T>): MaybePromise<Uint8Array> {
    if (form === this.#form && this.#slot?.value) return this.#slot.value;
    const kept = this.#kept?.get(form.id);
    if (kept instanceof Promise) return kept;
    if (kept?.value) {
      kept.wasUsed = true;
      this.#form = form;
      this.#slot = kept;
      return kept.value;
    }
    const made = form.encode(of);
    return made instanceof Promise ? this.#await(form.id, made, kept) : this.#keep(form.id, made, kept);
  }

  /** Nobody will ask for these again soon. */
  release(): void {
    for (const kept of this.#kept?.values() ?? []) if (!(kept instanceof Promise)) this.#budget.release(kept);
    this.#kept = undefined;
    this.#form = undefined;
    this.#slot = undefined;
  }

  #keep(id: string, bytes: Uint8Array, before: Slot<Uint8Array> | undefined): Uint8Array {
    this.#put(id, this.#budget.keep(bytes, bytes.length, before));
    return bytes;
  }

  #await(id: string, made: Promise<Uint8Array>, before: Slot<Uint8Array> | undefined): Promise<Uint8Array> {
    const kept = made.then(
      (bytes) => this.#keep(id, bytes, before),
      (error: unknown) => {
        this.#kept?.delete(id);
        throw error;
      },
    );
    this.#put(id, kept);
    return kept;
  }

  #put(id: string, kept: Slot<Uint8Array> | Promise<Uint8Array>): void {
    this.#kept ??= new Map();
    this.#kept.set(id, kept);
  }
}
