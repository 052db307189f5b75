/** Evaluates an expression for a test and shows what comes of it as text, with its cost. */
import { goQuote } from '../../go-text.ts';
import { compile } from '../compile.ts';
import { textOf } from '../library/conversions.ts';
import { AuthorizerValue, type Ask } from '../library/authorizer.ts';
import { doubleText } from '../number-text.ts';
import { newProgram } from '../program.ts';
import { DYN, named, type CelType } from '../types.ts';
import { Duration, Failure, fromJson, isList, isMapValue, Optional, Timestamp, typeName, TypeValue, Uint, type Result, type Value } from '../values.ts';

/** Allows `get` and all of pods; `error` fails. */
const ask: Ask = ({ user, verb, apiGroup, resource, subresource, namespace, name, path }) => {
  if (verb === 'error') return { isAllowed: false, reason: '', error: 'it failed' };
  const isAllowed = verb === 'get' || resource === 'pods';
  return { isAllowed, reason: isAllowed ? [user.name, apiGroup, resource, subresource, namespace, name, path].join(' ') : 'no' };
};

export function show(v: Result): string {
  if (v instanceof Failure) return v.message;
  if (v instanceof Optional) return v.value === undefined ? 'none' : `optional(${show(v.value)})`;
  if (v === null || typeof v === 'boolean' || typeof v === 'bigint') return String(v);
  if (typeof v === 'string') return JSON.stringify(v);
  if (typeof v === 'number') return `double(${doubleText(v)})`;
  if (v instanceof Uint) return `${v.value}u`;
  if (v instanceof Uint8Array) return `b${goQuote(new TextDecoder().decode(v))}`;
  if (v instanceof Timestamp || v instanceof Duration) return String(textOf(v));
  return v instanceof TypeValue ? `type(${v.name})` : showWhole(v);
}

function showWhole(v: Value): string {
  if (isList(v)) return `[${Array.from(v, show).join(',')}]`;
  if (!isMapValue(v)) return `<${typeName(v)}>`;
  const pairs = v.keys().map((key) => `${show(key)}:${show(v.get(key) ?? null)}`);
  return `{${pairs.sort().join(',')}}`;
}

export interface Given {
  readonly object: Value;
  readonly type: CelType;
}

export const untyped = (object: unknown): Given => ({ object: fromJson(object), type: DYN });

/** The variables are `object` and `authorizer`. Throws when the expression does not compile. */
export function evaluate(source: string, { object, type }: Given, limit = 1_000_000): readonly [value: string, cost: number] {
  const { expr, error } = compile(source, { variables: new Map([['object', type], ['authorizer', named('kubernetes.authorization.Authorizer')]]) });
  if (!expr) throw new Error(error);
  const user = { name: 'alice', uid: '', groups: [], extra: {} };
  const { value, cost } = newProgram(expr, new Set(['object', 'authorizer'])).evaluate(new Map([['object', object], ['authorizer', new AuthorizerValue(user, ask)]]), limit);
  return [show(value), cost];
}
