/** JSON merge patches (RFC 7386). Behaves like upstream gopkg.in/evanphx/json-patch.v4 as apiserver/pkg/endpoints/handlers/patch.go uses it. */
import { newBadRequest } from '../errors.ts';
import { copyValue } from '../schema/copy.ts';
import { setOwn } from '../serializer/json-parser.ts';

type Members = Readonly<Record<string, unknown>>;

/** A new value; neither operand is changed. What the patch leaves alone is part of `document`. Throws BadRequest for a patch that is no object; `isStrict` only changes its words. */
export function mergePatch(document: unknown, patch: unknown, isStrict = true): unknown {
  if (isObject(patch)) return isObject(document) ? mergeMembers(document, patch) : withoutNulls(patch);
  if (isStrict && patch !== null)
    throw newBadRequest(`error decoding patch: json: cannot unmarshal ${goKind(patch)} into Go value of type map[string]interface {}`);
  if (Array.isArray(patch)) return withoutNulls(patch);
  throw newBadRequest('Invalid JSON Patch');
}

const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);

function goKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'bigint' ? 'number' : typeof value;
}

function mergeMembers(document: Members, patch: Members): Record<string, unknown> {
  const merged: Record<string, unknown> = {};
  for (const name of Object.keys(document)) if (!Object.hasOwn(patch, name)) setOwn(merged, name, document[name]);
  for (const name of Object.keys(patch)) {
    const value = patch[name];
    if (value === null || value === undefined) continue;
    setOwn(merged, name, mergeValue(Object.hasOwn(document, name) ? document[name] : undefined, value));
  }
  return merged;
}

/** Nulls inside a list that replaces an object stay, as upstream leaves them. */
function mergeValue(current: unknown, patch: unknown): unknown {
  if (!isObject(current)) return withoutNulls(patch);
  return isObject(patch) ? mergeMembers(current, patch) : copyValue(patch);
}

/** Members that are null removed, in lists, too; elements of lists stay. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(value))
    if (value[name] !== null && value[name] !== undefined) setOwn(kept, name, withoutNulls(value[name]));
  return kept;
}
