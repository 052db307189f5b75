/** A change as the watchers see it whose selectors judge it alike. */
import type { MaybePromise } from '../../apimachinery/http.ts';
import type { Revision } from '../interface.ts';
import type { Budget } from './budget.ts';
import { Forms } from './forms.ts';
import type { CachedRecord, ChangeEvent, Form } from './interface.ts';

export class SeenEvent implements ChangeEvent {
  readonly type: ChangeEvent['type'];
  readonly record: CachedRecord;
  readonly #forms: Forms<ChangeEvent>;
  #alone: readonly ChangeEvent[] | undefined = undefined;

  constructor(type: ChangeEvent['type'], record: CachedRecord, budget: Budget) {
    this.type = type;
    this.record = record;
    this.#forms = new Forms(budget);
  }

  get revision(): Revision {
    return this.record.revision;
  }

  frame(form: Form<ChangeEvent>): MaybePromise<Uint8Array> {
    return this.#forms.get(this, form);
  }

  /** A batch of this event alone: the same one for all watchers that are told nothing else. */
  get alone(): readonly ChangeEvent[] {
    return (this.#alone ??= [this]);
  }

  /** Its encodings are made again for whoever asks yet. */
  release(): void {
    this.#forms.release();
  }
}
