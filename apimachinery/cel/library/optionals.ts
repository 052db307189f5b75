/** Values that may be absent. Behaves like upstream cel-go/cel/library.go (OptionalTypes). */
import { Failure, isList, NONE, Optional, type Value } from '../values.ts';
import type { Implementation, Library } from './function.ts';
import { isZero } from './operators.ts';

const unwrap: Implementation = ([list]) => (isList(list) ? list.flatMap((v): readonly Value[] => (v instanceof Optional ? (v.value === undefined ? [] : [v.value]) : [v])) : undefined);

export const OPTIONALS: Library = {
  'optional.none': () => NONE,
  'optional.of': ([v = null]) => new Optional(v),
  'optional.ofNonZeroValue': ([v = null]) => (isZero(v) ? NONE : new Optional(v)),
  'optional.unwrap': unwrap,
  unwrapOpt: unwrap,
  value: ([o]) => (o instanceof Optional ? (o.value ?? new Failure('optional.none() dereference')) : undefined),
  hasValue: ([o]) => (o instanceof Optional ? o.value !== undefined : undefined),
};
