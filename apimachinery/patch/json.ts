/**
 * JSON patches (RFC 6902), in upstream's dialect. Beside ./merge.ts, ./strategic.ts and ./apply/; called by api/endpoints.
 * Behaves like upstream gopkg.in/evanphx/json-patch.v4 as apiserver/pkg/endpoints/handlers/patch.go uses it.
 */
import { newBadRequest, StatusError } from '../errors.ts';
import { goQuote } from '../go-text.ts';
import { copyValue } from '../schema/copy.ts';
import { decodeJson, encodeJson, JsonSyntaxError } from '../serializer/json.ts';
import { setOwn } from '../serializer/json-parser.ts';
import { byteLength } from '../validation/messages.ts';

/** As sent; unknown members are ignored. */
export type JsonPatchOperation = Readonly<Record<string, unknown>>;

/** What all copies of one patch may add to an object, in bytes. */
export const MAX_COPY_BYTES = 3 * 1024 * 1024;

const MEMBERS = ['op', 'path', 'from', 'value'];

/** `problems`: what a strict decoder objects to. Throws BadRequest; `isStrict` only changes its words. */
export function decodeJsonPatch(bytes: Uint8Array, isStrict: boolean): { operations: JsonPatchOperation[]; problems: string[] } {
  const refuse = (why: string): StatusError => newBadRequest(isStrict ? `error decoding patch: ${why}` : why);
  const { value, problems } = parse(bytes, refuse);
  if (value === null) return { operations: [], problems: [] };
  if (!Array.isArray(value))
    throw refuse(
      `json: cannot unmarshal ${goKind(value)} into Go value of type ${isStrict ? '[]handlers.jsonPatchOp' : 'jsonpatch.Patch'}`,
    );
  const operations = value.map((operation: unknown) => operationOf(operation, isStrict, refuse));
  const unknown = operations.flatMap((operation, i) =>
    Object.keys(operation)
      .filter((name) => !MEMBERS.includes(name))
      .map((name) => `unknown field ${goQuote(`[${i}].${name}`)}`),
  );
  return { operations, problems: isStrict ? [...problems, ...unknown].map((problem) => `json patch ${problem}`) : [] };
}

function parse(bytes: Uint8Array, refuse: (why: string) => StatusError): { readonly value: unknown; readonly problems: readonly string[] } {
  try {
    return decodeJson(bytes);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw refuse(error.message);
    throw error;
  }
}

function operationOf(value: unknown, isStrict: boolean, refuse: (why: string) => StatusError): JsonPatchOperation {
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw refuse(
      `json: cannot unmarshal ${goKind(value)} into Go value of type ${isStrict ? 'handlers.jsonPatchOp' : 'jsonpatch.Operation'}`,
    );
  const operation = value as JsonPatchOperation;
  for (const name of isStrict ? ['op', 'path', 'from'] : []) {
    const member = own(operation, name);
    if (member !== undefined && member !== null && typeof member !== 'string')
      throw refuse(`json: cannot unmarshal ${goKind(member)} into Go struct field jsonPatchOp.${name} of type string`);
  }
  return operation;
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'bigint' ? 'number' : typeof value;
}

/** Says why an operation does not apply; only that it does not reaches the client. */
class DoesNotApply extends Error {
  override readonly name = 'DoesNotApply';
  /** 'place': the message is a path that leads nowhere; 'element': nothing stands at its end; 'whole': the message says it all. */
  readonly what: 'place' | 'element' | 'whole';

  constructor(message: string, what: DoesNotApply['what'] = 'whole') {
    super(message);
    this.what = what;
  }
}

/** As upstream's library tells it. */
function whyNot(operation: JsonPatchOperation, { message, what }: DoesNotApply): DoesNotApply {
  const [op, path, from] = [String(own(operation, 'op')), String(own(operation, 'path')), own(operation, 'from')];
  const hasSource = op === 'move' || op === 'copy';
  if (what === 'place') {
    const shown = op === 'add' || op === 'remove' ? `"${message}"` : message;
    const place = op === 'test' ? 'is missing path' : `doc is missing ${hasSource ? (message === from ? 'from ' : 'destination ') : ''}path`;
    return new DoesNotApply(`${op} operation does not apply: ${place}: ${shown}: missing value`);
  }
  if (op === 'replace') return new DoesNotApply(`replace operation does not apply: doc is missing key: ${path}: missing value`);
  return new DoesNotApply(op === 'copy' ? `error in copy for from: '${String(from)}': ${message}` : `error in ${op} for path: '${path}': ${message}`);
}

/** Changes `document`, which must be the caller's own, and returns the result. Throws Invalid (422, without the reason, as upstream) when an operation does not apply. */
export function applyJsonPatch(document: unknown, operations: readonly JsonPatchOperation[]): unknown {
  const state: State = { root: document, copied: 0 };
  try {
    for (const operation of operations) explained(state, operation);
  } catch (error) {
    if (error instanceof DoesNotApply)
      throw new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {}, error);
    throw error;
  }
  return state.root;
}

interface State {
  root: unknown;
  copied: number;
}

function explained(state: State, operation: JsonPatchOperation): void {
  try {
    perform(state, operation);
  } catch (error) {
    throw error instanceof DoesNotApply && error.what !== 'whole' ? whyNot(operation, error) : error;
  }
}

function perform(state: State, operation: JsonPatchOperation): void {
  const op = own(operation, 'op');
  switch (op) {
    case 'add':
      return add(target(state, pathOf(operation)), valueOf(operation));
    case 'remove':
      return remove(target(state, pathOf(operation)));
    case 'replace':
      return replace(state, operation);
    case 'test':
      return test(state, operation);
    case 'move': {
      const from = target(state, pathOf(operation, 'from'));
      const value = get(from);
      remove(from);
      return add(target(state, pathOf(operation)), value);
    }
    case 'copy':
      return copy(state, operation);
    default:
      throw new DoesNotApply(`Unexpected kind: ${typeof op === 'string' ? op : 'unknown'}`);
  }
}

const own = (object: object, name: string): unknown =>
  Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined;

/** What is missing is null. */
const valueOf = (operation: JsonPatchOperation): unknown => copyValue(own(operation, 'value') ?? null);

function pathOf(operation: JsonPatchOperation, member: 'path' | 'from' = 'path'): string {
  const path = own(operation, member);
  if (typeof path !== 'string') throw new DoesNotApply(`operation missing ${member} field`);
  return path;
}

interface Target {
  readonly container: object;
  readonly key: string;
}

/** Where a pointer ends: the whole document has no such place. */
function target(state: State, path: string): Target {
  const parts = path.split('/');
  if (parts.length < 2) throw new DoesNotApply(path, 'place');
  let container = state.root;
  for (const part of parts.slice(1, -1)) {
    if (typeof container !== 'object' || container === null) break;
    container = get({ container, key: unescaped(part) });
  }
  if (typeof container !== 'object' || container === null) throw new DoesNotApply(path, 'place');
  return { container, key: unescaped(parts.at(-1) ?? '') };
}

const unescaped = (part: string): string => part.replace(/~[01]/g, (text) => (text === '~1' ? '/' : '~'));

/** Negative indexes count from the end. `length`: one more than the last that is allowed. */
function indexOf(key: string, length: number): number {
  if (!/^[+-]?[0-9]+$/.test(key)) throw new DoesNotApply(`value was not a proper array index: '${key}': strconv.Atoi: parsing ${goQuote(key)}: invalid syntax`, 'element');
  const index = Number(key);
  if (index >= length || index < -length) throw new DoesNotApply(`Unable to access invalid index: ${index}: invalid index referenced`, 'element');
  return index < 0 ? index + length : index;
}

/** Null where a member is missing. */
function get({ container, key }: Target): unknown {
  return Array.isArray(container) ? (container[indexOf(key, container.length)] as unknown) : (own(container, key) ?? null);
}

function add({ container, key }: Target, value: unknown): void {
  if (!Array.isArray(container)) setOwn(container as Record<string, unknown>, key, value);
  else if (key === '-') container.push(value);
  else container.splice(indexOf(key, container.length + 1), 0, value);
}

function remove({ container, key }: Target): void {
  if (Array.isArray(container)) container.splice(indexOf(key, container.length), 1);
  else if (Object.hasOwn(container, key)) delete (container as Record<string, unknown>)[key];
  else throw new DoesNotApply(`Unable to remove nonexistent key: ${key}: missing value`, 'element');
}

/** A member that is missing is added: upstream does not mind. */
function replace(state: State, operation: JsonPatchOperation): void {
  const path = pathOf(operation);
  const value = valueOf(operation);
  if (path === '') {
    if (typeof value !== 'object' || value === null) throw new DoesNotApply('replace operation value must be object or array');
    state.root = value;
    return;
  }
  const { container, key } = target(state, path);
  if (Array.isArray(container)) container[indexOf(key, container.length)] = value;
  else setOwn(container as Record<string, unknown>, key, value);
}

function test(state: State, operation: JsonPatchOperation): void {
  const path = pathOf(operation);
  const actual = path === '' ? state.root : get(target(state, path));
  if (!sameJson(actual, own(operation, 'value') ?? null)) throw new DoesNotApply(`testing value ${path} failed: test failed`);
}

/** Members that are null count. */
function sameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && sameJson(own(a, name), own(b, name)));
}

function copy(state: State, operation: JsonPatchOperation): void {
  const value = get(target(state, pathOf(operation, 'from')));
  const to = target(state, pathOf(operation));
  if (value !== null) state.copied += byteLength(encodeJson(value));
  if (state.copied > MAX_COPY_BYTES)
    throw new DoesNotApply(
      `Unable to complete the copy, the accumulated size increase of copy is ${state.copied}, exceeding the limit ${MAX_COPY_BYTES}`,
    );
  add(to, copyValue(value));
}
