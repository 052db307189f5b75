/** Values that may be there at once: what need not be awaited costs no turn of the microtask queue. Used along the way of a request (./http.ts). */
import type { MaybePromise } from './http.ts';

/** Goes on with the value; at once when it is there. */
export function whenThere<T, R>(value: MaybePromise<T>, goOn: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(goOn) : goOn(value);
}

/** Goes on with what `work` gives or throws; at once when it is there at once. What `onValue` throws does not come to `onError`. */
export function outcomeOf<T, R>(work: () => MaybePromise<T>, onValue: (value: T) => MaybePromise<R>, onError: (error: unknown) => MaybePromise<R>): MaybePromise<R> {
  let value: MaybePromise<T>;
  try {
    value = work();
  } catch (error) {
    return onError(error);
  }
  return value instanceof Promise ? value.then(onValue, onError) : onValue(value);
}
