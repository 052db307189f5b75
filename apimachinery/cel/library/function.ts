/** What functions of a library are made of. */
import { isList, Opaque, type Result, type Value } from '../values.ts';

/** undefined: not for these arguments. */
export type Implementation = (args: readonly Value[]) => Result | undefined;
export type Library = Readonly<Record<string, Implementation>>;

/** Of a text. */
export const ofText = (f: (text: string) => Result): Implementation => ([text]) => (typeof text === 'string' ? f(text) : undefined);

/** Of two texts. */
export const ofTexts = (f: (a: string, b: string) => Result): Implementation => ([a, b]) => (typeof a === 'string' && typeof b === 'string' ? f(a, b) : undefined);

/** Of a list. */
export const ofList = (f: (list: readonly Value[]) => Result): Implementation => ([list]) => (isList(list) ? f(list) : undefined);

/** Of a value of a library's own type, with the rest. */
export function of<T extends Opaque>(type: abstract new (...args: never[]) => T, f: (self: T, ...rest: readonly Value[]) => Result | undefined): Implementation {
  return ([self, ...rest]) => (self instanceof type ? f(self, ...rest) : undefined);
}
