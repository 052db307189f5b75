/** Whether a value conforms to its type. Behaves like upstream structured-merge-diff/v6/typed/validate.go. */
import { goJson, goQuote } from '../../go-text.ts';
import { deduce, handling, isMap, memberAtom, memberElement, type Atom, type ListAtom, type MapAtom, type ScalarType } from './atom.ts';
import { ListKeyError, listElement } from './list-key.ts';
import { elementText } from './path-element.ts';

/** `.spec.replicas: expected numeric (int or float), got string`. */
export interface TypeMistake {
  readonly path: string;
  readonly message: string;
}

/** Nothing when all is well. `allowsDuplicates`: elements of merged lists may occur twice. */
export function validateTyped(atom: Atom, value: unknown, allowsDuplicates: boolean): TypeMistake[] {
  const mistakes: TypeMistake[] = [];
  visit(atom, value, '', { mistakes, allowsDuplicates });
  return mistakes;
}

/** As upstream's error prints them. */
export function mistakesText(mistakes: readonly TypeMistake[]): string {
  const lines = mistakes.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return lines.length === 1 ? (lines[0] ?? '') : ['errors:', ...lines.map((line) => `  ${line}`)].join('\n');
}

interface Walk {
  readonly mistakes: TypeMistake[];
  readonly allowsDuplicates: boolean;
}

function visit(atom: Atom, value: unknown, path: string, walk: Walk): void {
  if (!atom.map && !atom.scalar && !atom.list) return void walk.mistakes.push({ path, message: 'schema error: invalid atom: inlined' });
  if (value === null || value === undefined) return;
  switch (handling(deduce(atom, value))) {
    case 'map':
      if (isMap(value)) visitMap(atom.map as MapAtom, value, path, walk);
      else walk.mistakes.push({ path, message: `expected map, got &{${printed(value)}}` });
      return;
    case 'list':
      if (Array.isArray(value)) visitList(atom.list as ListAtom, value, path, walk);
      else walk.mistakes.push({ path, message: `expected list, got &{${printed(value)}}` });
      return;
    default: {
      const message = scalarMistake(atom.scalar as ScalarType, value);
      if (message !== undefined) walk.mistakes.push({ path, message });
    }
  }
}

function visitMap(map: MapAtom, value: Readonly<Record<string, unknown>>, path: string, walk: Walk): void {
  for (const name of Object.keys(value)) {
    if (value[name] === undefined) continue;
    const below = path + elementText(memberElement(map, name));
    if (!map.fields.has(name) && !map.element) {
      walk.mistakes.push({ path: below, message: 'field not declared in schema' });
      return;
    }
    visit(memberAtom(map, name), value[name], below, walk);
  }
}

function visitList(list: ListAtom, items: readonly unknown[], path: string, walk: Walk): void {
  const seen = new Set<string>();
  for (const [i, item] of items.entries()) {
    let element = `i:${i}`;
    if (!list.isAtomic) {
      try {
        element = listElement(list, item);
      } catch (error) {
        if (!(error instanceof ListKeyError)) throw error;
        walk.mistakes.push({ path, message: `element ${i}: ${error.message}` });
        return;
      }
      if (seen.has(element) && !walk.allowsDuplicates)
        walk.mistakes.push({ path, message: `duplicate entries for key ${elementText(element)}` });
      seen.add(element);
    }
    visit(list.element, item, path + elementText(element), walk);
  }
}

function scalarMistake(type: ScalarType, value: unknown): string | undefined {
  const kind = typeof value;
  switch (type) {
    case 'numeric':
      return kind === 'number' || kind === 'bigint' ? undefined : `expected numeric (int or float), got ${goType(value)}`;
    case 'string':
      return kind === 'string' ? undefined : `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`;
    case 'boolean':
      return kind === 'boolean' ? undefined : `expected boolean, got &{${printed(value)}}`;
    default:
      return kind !== 'object' ? undefined : `expected any scalar, got &{${printed(value)}}`;
  }
}

function goType(value: unknown): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}';
}

/** %v. */
function printed(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(printed).join(' ')}]`;
  if (typeof value === 'object')
    return `map[${sortedEntries(value)
      .map(([name, member]) => `${name}:${printed(member)}`)
      .join(' ')}]`;
  return typeof value === 'string' ? value : goJson(value);
}

/** %#v. */
function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (typeof value === 'object')
    return `map[string]interface {}{${sortedEntries(value)
      .map(([name, member]) => `${goQuote(name)}:${goSyntax(member)}`)
      .join(', ')}}`;
  return typeof value === 'string' ? goQuote(value) : goJson(value);
}

const sortedEntries = (value: object): [string, unknown][] => Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
