/** What identifies an element of a list that is merged. Behaves like upstream structured-merge-diff/v6/typed/helpers.go. */
import { goQuote } from '../../go-text.ts';
import { isMap, type ListAtom } from './atom.ts';
import { jsonText, valueElement, type PathElement } from './path-element.ts';

/** The message is upstream's, without the path. */
export class ListKeyError extends Error {
  override readonly name = 'ListKeyError';
}

/** Throws ListKeyError. */
export function listElement(list: ListAtom, item: unknown): PathElement {
  return list.keys.length > 0 ? keyOf(list, item) : valueOf(item);
}

function valueOf(item: unknown): PathElement {
  if (typeof item === 'string') return valueElement(item);
  if (item === null || item === undefined) throw new ListKeyError("associative list without keys has an element that's an explicit null");
  if (Array.isArray(item)) throw new ListKeyError('not supported: associative list with lists as elements');
  if (typeof item === 'object') throw new ListKeyError("associative list without keys has an element that's a map type");
  return valueElement(item);
}

function keyOf(list: ListAtom, item: unknown): PathElement {
  if (item === null || item === undefined) throw new ListKeyError('associative list with keys may not have a null element');
  if (!isMap(item)) throw new ListKeyError('associative list with keys may not have non-map elements');
  let text = '';
  for (const name of list.keys) {
    let value = Object.hasOwn(item, name) ? item[name] : undefined;
    if (value === undefined) value = defaultKey(list, name);
    if (value !== undefined && value !== null) text += `${text === '' ? '' : ','}"${name}":${jsonText(value)}`;
    else if (value === null && Object.hasOwn(item, name)) text += `${text === '' ? '' : ','}"${name}":null`;
  }
  if (text !== '') return `k:{${text}}`;
  throw new ListKeyError(
    `associative list with keys has an element that omits all key fields [${list.keys.map(goQuote).join(' ')}] (and doesn't have default values for any key fields)`,
  );
}

function defaultKey(list: ListAtom, name: string): unknown {
  if (!list.element.map) throw new ListKeyError(`couldn't find default value for ${name}: associative list may not have non-map types`);
  return list.element.map.fields.get(name)?.default;
}
