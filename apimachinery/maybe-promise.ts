/** Values that may be there at once: what need not be awaited costs no turn of the microtask queue. Used along the way of a request (./http.ts). */
import type { MaybePromise } from './http.ts';

/** Goes on with the value; at once when it is there. */
export function whenThere<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Goes on with what `work` gives or throws; at once when it is there at once. What `done` throws does not come to `failed`. */
export function outcomeOf<T, R>(work: () => MaybePromise<T>, done: (value: T) => MaybePromise<R>, failed: (error: unknown) => MaybePromise<R>): MaybePromise<R> {
  let value: MaybePromise<T>;
  try {
    value = work();
  } catch (error) {
    return failed(error);
  }
  return value instanceof Promise ? value.then(done, failed) : done(value);
}
