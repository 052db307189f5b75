/**
 * One step of a path into an object, as its text in FieldsV1: `f:name`, `k:{"name":"x"}`, `v:"x"`, `i:0`.
 * Behaves like upstream sigs.k8s.io/structured-merge-diff/v6/fieldpath.
 */
import { goJson, goQuote } from '../../go-text.ts';

/** Canonical text: equal elements have equal texts. */
export type PathElement = string;
export type Path = readonly PathElement[];

export const fieldElement = (name: string): PathElement => `f:${name}`;
export const valueElement = (value: unknown): PathElement => `v:${jsonText(value)}`;

const PLAIN = /^[\w\-./:]*$/;

/** JSON as upstream writes it inside an element. */
export function jsonText(value: unknown): string {
  return typeof value === 'string' && PLAIN.test(value) ? `"${value}"` : goJson(value);
}

/** Thrown when the text of a known kind of element is malformed. */
export class PathElementError extends Error {
  override readonly name = 'PathElementError';
}

/** The canonical form of a text that someone sent; undefined for a kind that is not known (it is ignored). Throws PathElementError. */
export function canonicalElement(text: string): PathElement | undefined {
  if (text.length < 2) throw new PathElementError('key must be 2 characters long:');
  if (text.charAt(1) !== ':') throw new PathElementError(`missing colon: ${text}`);
  const rest = text.slice(2);
  switch (text.charAt(0)) {
    case 'f':
      return text;
    case 'v':
      return valueElement(parse(rest));
    case 'k':
      return keyElement(parse(rest));
    case 'i':
      if (!/^[+-]?[0-9]+$/.test(rest)) throw new PathElementError(`strconv.Atoi: parsing ${goQuote(rest)}: invalid syntax`);
      return `i:${BigInt(rest.replace('+', ''))}`;
    default:
      return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PathElementError(`invalid path element ${goQuote(text)}`, { cause: error });
  }
}

function keyElement(fields: unknown): PathElement {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
    throw new PathElementError('the key of a list element must be an object');
  const names = Object.keys(fields).sort();
  return `k:{${names.map((name) => `${jsonText(name)}:${jsonText((fields as Record<string, unknown>)[name])}`).join(',')}}`;
}

const RANK: Readonly<Record<string, number>> = { f: 0, k: 1, v: 2, i: 3 };

/** Fields, then keys, values and indexes. */
export function compareElements(a: PathElement, b: PathElement): number {
  const kind = a.charAt(0);
  if (kind === 'f' && b.startsWith('f')) return a < b ? -1 : a > b ? 1 : 0;
  const ranks = (RANK[kind] ?? 0) - (RANK[b.charAt(0)] ?? 0);
  if (ranks !== 0 || a === b) return ranks;
  return kind === 'k' ? compareKeys(keyFields(a), keyFields(b)) : compareScalars(JSON.parse(a.slice(2)), JSON.parse(b.slice(2)));
}

type KeyFields = readonly (readonly [name: string, value: unknown])[];
const parsedKeys = new Map<PathElement, KeyFields>();
const PARSED_LIMIT = 10_000;

function keyFields(element: PathElement): KeyFields {
  let fields = parsedKeys.get(element);
  if (fields) return fields;
  fields = Object.entries(JSON.parse(element.slice(2)) as object);
  if (parsedKeys.size >= PARSED_LIMIT) parsedKeys.clear();
  parsedKeys.set(element, fields);
  return fields;
}

function compareKeys(left: KeyFields, right: KeyFields): number {
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [leftName, leftValue] = left[i] as [string, unknown];
    const [rightName, rightValue] = right[i] as [string, unknown];
    if (leftName !== rightName) return leftName < rightName ? -1 : 1;
    const order = compareScalars(leftValue, rightValue);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

const SCALAR_RANK: Readonly<Record<string, number>> = { number: 0, string: 1, boolean: 2, object: 3 };

function compareScalars(a: unknown, b: unknown): number {
  const ranks = (SCALAR_RANK[typeof a] ?? 4) - (SCALAR_RANK[typeof b] ?? 4);
  if (ranks !== 0 || a === b) return ranks;
  return (a as string) < (b as string) ? -1 : 1;
}

/** `.name`, `[name="x",port=80]`, `[="x"]`, `[0]`. */
export function elementText(element: PathElement): string {
  const rest = element.slice(2);
  switch (element.charAt(0)) {
    case 'f':
      return `.${rest}`;
    case 'k':
      return `[${Object.entries(JSON.parse(rest) as object)
        .map(([name, value]) => `${name}=${valueText(value)}`)
        .join(',')}]`;
    case 'v':
      return `[=${valueText(JSON.parse(rest))}]`;
    default:
      return `[${rest}]`;
  }
}

/** Lists and maps, which are no keys, are printed for the message that says so. */
function valueText(value: unknown): string {
  if (typeof value === 'string') return goQuote(value);
  if (Array.isArray(value)) return `[${value.map(valueText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return goJson(value);
  return Object.entries(value)
    .map(([name, member]) => `${name}=${valueText(member)}`)
    .join('');
}

export const pathText = (path: Path): string => path.map(elementText).join('');
