/** Why Go's encoding/json does not take a text as an object. Behaves like json.Unmarshal into a map, in its common messages. */
import { goQuote } from '../../../apimachinery/go-text.ts';

type Shape = 'object' | 'array';

const shapeOf = (json: unknown): string => (Array.isArray(json) ? 'array' : typeof json === 'boolean' ? 'bool' : typeof json);

/** The value, or why it is not one of the wanted shape; null is of every shape. */
export function goJson<T>(text: string, shape: Shape, goType: string): { readonly json?: T; readonly problem?: string } {
  const { json, problem } = parse(text);
  if (problem !== undefined) return { problem };
  if (json === null) return {};
  return shapeOf(json) === shape
    ? { json: json as T }
    : { problem: `json: cannot unmarshal ${shapeOf(json)} into Go value of type ${goType}` };
}

/** Undefined: it is an object, or null. */
export const goJsonProblem = (text: string): string | undefined => goJson(text, 'object', 'map[string]interface {}').problem;

function parse(text: string): { readonly json?: unknown; readonly problem?: string } {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: syntaxProblem(text) };
    throw error;
  }
}

const LITERALS = ['true', 'false', 'null'];

/** The first character that cannot stand where it stands, as far as a value's start goes. */
function syntaxProblem(text: string): string {
  const rest = text.trimStart();
  const first = rest.charAt(0);
  if (first === '') return 'unexpected end of JSON input';
  const literal = LITERALS.find((l) => l.startsWith(first));
  if (literal) return literalProblem(rest, literal);
  if (!/[{["\-0-9]/.test(first)) return `invalid character ${quoted(first)} looking for beginning of value`;
  return first === '{' && /^\{\s*[^\s"}]/.test(rest)
    ? `invalid character ${quoted(/^\{\s*([^\s])/.exec(rest)?.[1] ?? '')} looking for beginning of object key string`
    : 'unexpected end of JSON input';
}

function literalProblem(text: string, literal: string): string {
  const at = Array.from(literal).findIndex((c, i) => text.charAt(i) !== c);
  if (at < 0) return `invalid character ${quoted(text.slice(literal.length).trimStart().charAt(0))} after top-level value`;
  if (at >= text.length) return 'unexpected end of JSON input';
  return `invalid character ${quoted(text.charAt(at))} in literal ${literal} (expecting ${quoted(literal.charAt(at))})`;
}

const quoted = (c: string): string => (c === "'" ? `'\\''` : c === '"' ? `'"'` : `'${goQuote(c).slice(1, -1)}'`);
