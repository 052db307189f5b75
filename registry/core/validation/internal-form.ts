/** An object as upstream's internal structs print it: Go's names, every field. Messages of refused updates show it (./spec-diff.ts). Behaves like upstream pkg/apis/core/types.go under encoding/json. */
import { INTERNAL_TYPES } from './internal-types.gen.ts';

type Value = Readonly<Record<string, unknown>>;

interface InternalField {
  /** '' for an embedded struct. */
  readonly name: string;
  /** A scalar (s, b, n: zero when absent; q: quantity; o: number or text; t: time; y: bytes), a struct, or of these *pointer, []list, {}map; `v:` stays as in JSON. */
  readonly kind: string;
  readonly json: string;
}

const ZERO: Readonly<Record<string, unknown>> = { s: '', b: false, n: 0, q: '0', o: 0, t: null, y: null };
/** Pods keep these in their security context, inside. */
const HOST_FIELDS = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers'];

const known = new Map<string, readonly InternalField[]>();

function fieldsOf(type: string): readonly InternalField[] {
  let fields = known.get(type);
  if (!fields) {
    const text = INTERNAL_TYPES[type];
    if (text === undefined) throw new Error(`no internal type is named ${type}`);
    fields = text.split(' ').map((field) => {
      const [name = '', kind = '', json = name.charAt(0).toLowerCase() + name.slice(1)] = field.split(',');
      return { name, kind, json };
    });
    known.set(type, fields);
  }
  return fields;
}

/** `kind`: the internal struct's name, or `[]` and its name; `value`: as v1 writes it. */
export function internalForm(kind: string, value: unknown): unknown {
  if (kind.startsWith('*')) return value === undefined || value === null ? null : internalForm(kind.slice(1), value);
  if (kind.startsWith('[]')) return Array.isArray(value) ? value.map((item) => internalForm(kind.slice(2), item)) : null;
  if (kind.startsWith('{}')) return value === undefined || value === null ? null : mapForm(kind.slice(2), value as Value);
  if (kind.startsWith('v:')) return value;
  return kind in ZERO ? (value ?? ZERO[kind]) : structForm(kind, (value ?? {}) as Value);
}

function mapForm(kind: string, value: Value): Value {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, internalForm(kind, inner)]));
}

function structForm(type: string, given: Value): Value {
  const value = type === 'PodSpec' ? withHostFields(given) : given;
  const form: Record<string, unknown> = {};
  for (const { name, kind, json } of fieldsOf(type)) {
    if (name !== '') form[name] = internalForm(kind, value[json]);
    else Object.assign(form, kind === 'ObjectMeta' ? metadataForm(value['metadata']) : structForm(kind, value));
  }
  return form;
}

function withHostFields(spec: Value): Value {
  const host = Object.fromEntries(HOST_FIELDS.flatMap((name) => (spec[name] === undefined ? [] : [[name, spec[name]]])));
  return { ...spec, securityContext: { ...(spec['securityContext'] as Value | undefined), ...host } };
}

/** Metadata is the same inside. */
function metadataForm(metadata: unknown): Value {
  return Object.fromEntries(Object.entries((metadata ?? {}) as Value).filter(([, value]) => value !== null));
}
