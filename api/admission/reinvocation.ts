/** The second round of mutation: a webhook changed an object that others had seen before it. Behaves like upstream apiserver/pkg/admission/reinvocation.go and plugin/webhook/mutating/reinvocationcontext.go. */
import type { Obj } from '../../apimachinery/meta.ts';
import { jsonEqual } from '../../apimachinery/equality.ts';
import { deepCopy } from '../../registry/generic/deep-copy.ts';

/** Of one object and one request; both rounds share it. */
export class Reinvocation {
  #isReinvoke = false;
  #isDue = false;
  #lastOutput: Obj | undefined = undefined;
  /** Have been asked since the last round was asked for. */
  #invoked = new Set<string>();
  readonly #again = new Set<string>();

  /** This is the second round. */
  get isReinvoke(): boolean {
    return this.#isReinvoke;
  }

  /** The chain asks at its end: whether to run once more. There is no third round. */
  begin(): boolean {
    if (!this.#isDue || this.#isReinvoke) return false;
    this.#isReinvoke = true;
    return true;
  }

  /** Plug-ins of the server changed the object in the second round: whoever may be asked again is. */
  notice(object: Obj | undefined): void {
    if (this.#isReinvoke && !jsonEqual(this.#lastOutput, object)) this.#askAgain();
  }

  remember(object: Obj | undefined): void {
    this.#lastOutput = object && (deepCopy(object) as Obj);
  }

  changed(): void {
    this.#askAgain();
    this.#isDue = true;
  }

  invoked(uid: string): void {
    this.#invoked.add(uid);
  }

  isToBeAsked(uid: string): boolean {
    return !this.#isReinvoke || this.#again.has(uid);
  }

  #askAgain(): void {
    for (const uid of this.#invoked) this.#again.add(uid);
    this.#invoked = new Set();
  }
}
