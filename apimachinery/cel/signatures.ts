/** Reads the signatures of functions, as './functions.ts' writes them: `name(types) type`, `type->name(types) type` for methods; single capitals are type variables. */
import { listOf, mapOf, named, optionalOf, typeOf, type CelType } from './types.ts';

export interface Overload {
  readonly isMember: boolean;
  /** The target of a method first. */
  readonly args: readonly CelType[];
  readonly result: CelType;
}

const SIGNATURE = /^(?:(.+)->)?([^\s(]+)\((.*)\) (.+)$/;
const PARAMETRIC = /^(list|map|optional_type|type)\((.*)\)$/;

export function parseSignatures(lines: readonly string[]): ReadonlyMap<string, readonly Overload[]> {
  const out = new Map<string, Overload[]>();
  for (const line of lines) {
    const [, target, name, args = '', result = ''] = SIGNATURE.exec(line) ?? [];
    if (name === undefined) throw new Error(`not a signature: ${line}`);
    const overload = { isMember: target !== undefined, args: [...(target === undefined ? [] : [typeNamed(target)]), ...split(args).map(typeNamed)], result: typeNamed(result) };
    out.set(name, [...(out.get(name) ?? []), overload]);
  }
  return out;
}

/** At the commas that are in no parentheses. */
function split(text: string): readonly string[] {
  const out: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    if (text[i] === ')') depth--;
    if (text[i] === ',' && depth === 0) {
      out.push(text.slice(from, i).trim());
      from = i + 1;
    }
  }
  return text === '' ? [] : [...out, text.slice(from).trim()];
}

function typeNamed(text: string): CelType {
  if (/^[A-Z]$/.test(text)) return { kind: 'var', name: text, params: [] };
  const [, outer, inner = ''] = PARAMETRIC.exec(text) ?? [];
  const [first, second] = split(inner).map(typeNamed);
  if (!first) return named(text);
  if (outer === 'list') return listOf(first);
  if (outer === 'type') return typeOf(first);
  return outer === 'map' && second ? mapOf(first, second) : optionalOf(first);
}
