/** Whether a converted object is still the same one, and what of its metadata counts. Pure. Behaves like upstream apiextensions-apiserver/pkg/apiserver/conversion/webhook_converter.go (validateConvertedObject, restoreObjectMeta). */
import { aggregateText } from '../../../apimachinery/errors.ts';
import { goJson } from '../../../apimachinery/go-text.ts';
import { parseApiVersion, type Obj } from '../../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { Path, type ErrorList } from '../../../apimachinery/validation/field.ts';
import { validateLabels } from '../../../apimachinery/validation/label-selector.ts';
import { validateAnnotations } from '../../../apimachinery/validation/object-meta.ts';

type Members = Record<string, unknown>;
type Given = Readonly<Members>;

/** An object of any shape that says its kind. Throws an Error. */
export function objectOf(value: unknown): Members {
  if (!isMembers(value)) throw new Error(`json: cannot unmarshal ${jsonKind(value)} into Go value of type map[string]interface {}`);
  if (textOf(value['kind']) === '') throw new Error(`Object 'Kind' is missing in '${goJson(value)}'`);
  return value;
}

/** Throws an Error: a converted object has the version that was asked for, and the kind of the original. */
export function checkKind(converted: Given, expected: string, kind: string): void {
  const received = groupVersionText(textOf(converted['apiVersion']));
  if (received !== expected) throw new Error(`invalid groupVersion (expected ${expected}, received ${received})`);
  const given = textOf(converted['kind']);
  if (given !== kind) throw new Error(`invalid kind (expected ${kind}, received ${given})`);
}

/** What Go makes of a text that is no group and version: nothing at all. */
function groupVersionText(apiVersion: string): string {
  return parseApiVersion(apiVersion) ? apiVersion : '';
}

/** Throws an Error: name, namespace and uid stay. */
export function checkIdentity(original: DeepReadonly<Obj>, converted: Given): void {
  const before = membersOf(original.metadata);
  const after = membersOf(converted['metadata']);
  for (const [member, name] of [['name', 'name'], ['namespace', 'namespace'], ['uid', 'UID']] as const) {
    const expected = textOf(before[member]);
    const given = textOf(after[member]);
    if (expected !== given) throw new Error(`must have the same ${name}: ${expected} != ${given}`);
  }
}

/** Puts the original's metadata in place of the converted object's, but for labels and annotations. Throws an Error. */
export function restoreMetadata(original: DeepReadonly<Obj>, converted: Members): void {
  if (!('metadata' in converted)) throw new Error('missing metadata in converted object');
  const given = converted['metadata'];
  if (!isMembers(given)) throw new Error(`invalid metadata of type ${goType(given)} in converted object`);
  const metadata = structuredClone((original.metadata ?? {}) as unknown as Members);
  for (const field of ['labels', 'annotations'] as const) {
    const texts = textsIn(field, given[field], metadata[field]);
    if (texts) metadata[field] = texts;
    else delete metadata[field];
  }
  converted['metadata'] = metadata;
}

type Texts = Readonly<Record<string, string>>;

/** Labels or annotations as they are from now on; undefined: none. What the webhook left alone is not judged. */
function textsIn(field: 'labels' | 'annotations', given: unknown, before: unknown): Texts | undefined {
  if (given === undefined || given === null) return undefined;
  if (!isMembers(given)) throw new Error(`invalid metadata.${field} of type ${goType(given)} in converted object`);
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== 'string') throw new Error(`metadata.${field}[${name}] must be a string, but is ${goType(value)} in converted object`);
  }
  const errors = isSame(given as Texts, membersOf(before)) ? [] : mistakes(field, given as Texts);
  if (errors.length > 0) throw new Error(aggregateText(errors));
  return given as Texts;
}

function isSame(texts: Texts, before: Given): boolean {
  const entries = Object.entries(texts);
  return entries.length === Object.keys(before).length && entries.every(([name, value]) => before[name] === value);
}

function mistakes(field: 'labels' | 'annotations', texts: Texts): ErrorList {
  return field === 'labels' ? validateLabels(texts, Path.of('metadata', 'labels')) : validateAnnotations(texts, Path.of('metadata', 'annotation'));
}

const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);
const membersOf = (value: unknown): Given => (isMembers(value) ? value : {});
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const jsonKind = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : value === null || value === undefined ? 'null' : typeof value === 'bigint' ? 'number' : typeof value);

/** %T of a decoded JSON value. */
function goType(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'bigint') return 'int64';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'map[string]interface {}';
}
