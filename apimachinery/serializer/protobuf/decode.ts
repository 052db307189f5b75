/**
 * Schemas compiled to readers of protobuf messages. They give plain values as JSON would hold them; ../../schema/normalise.ts brings these into canonical form.
 * Behaves like the generated.pb.go files of k8s.io/api: unknown fields are skipped, later values of a field replace earlier ones.
 */
import { encodeBase64 } from '../../schema/base64.ts';
import { formatDuration } from '../../../component-base/duration.ts';
import { formatMicroTime, formatTime, ZERO_TIME_SECONDS } from '../../schema/go-time.ts';
import {
  memoised,
  type Compiler,
  type Field,
  type ListOf,
  type MapOf,
  type Scalar,
  type Schema,
  type Struct,
  type Union,
} from '../../schema/model.ts';
import { decodeJson } from '../json.ts';
import { setOwn } from '../json-parser.ts';
import { BYTES, FIXED64, ProtobufError, Reader, VARINT } from './wire.ts';

type Members = Record<string, unknown>;
/** Reads one occurrence of a field into the object. */
type Take = (r: Reader, object: Members, wireType: number) => void;
type Fields = ReadonlyMap<number, Take>;
type Get = (r: Reader) => unknown;

/** As ../json.ts limits the depth of JSON. */
const MAX_DEPTH = 1_000;
let depth = 0;

const tables = memoised<() => Fields>((schema, recur) => {
  let fields: Fields | undefined;
  return () => (fields ??= schema.kind === 'struct' ? fieldsOf(schema, recur) : new Map());
});

/** Reads a message of the struct. Throws ProtobufError, and JsonSyntaxError where embedded JSON is malformed. */
export function readMessage(r: Reader, schema: Struct): Members {
  depth = 0;
  return readFields(r, tables(schema)(), {});
}

function readFields(r: Reader, fields: Fields, object: Members): Members {
  if (++depth > MAX_DEPTH) throw new ProtobufError('proto: exceeded max depth');
  while (!r.done) {
    const tag = r.varint();
    const wireType = tag % 8;
    const number = Math.floor(tag / 8);
    if (wireType === 4) throw new ProtobufError('proto: wiretype end group for non-group');
    if (number === 0) throw new ProtobufError(`proto: illegal tag ${number} (wire type ${tag})`);
    const take = fields.get(number);
    if (take) take(r, object, wireType);
    else r.skip(wireType);
  }
  depth--;
  return object;
}

function fieldsOf(schema: Struct, recur: Compiler<() => Fields>): Fields {
  const root = new Map<number, Take>();
  const groups = new Map<Map<number, Take>, Map<number, Map<number, Take>>>();
  for (const field of schema.fields.values()) {
    if (!field.protobuf) continue;
    let fields = root;
    for (const number of field.protobuf.within ?? []) fields = groupIn(groups, fields, number);
    fields.set(field.protobuf.number, takeField(field, recur));
  }
  return root;
}

/** The fields of an embedded Go struct: a nested message that is read into the same object. */
function groupIn(
  groups: Map<Map<number, Take>, Map<number, Map<number, Take>>>,
  parent: Map<number, Take>,
  number: number,
): Map<number, Take> {
  let byNumber = groups.get(parent);
  if (!byNumber) groups.set(parent, (byNumber = new Map()));
  let group = byNumber.get(number);
  if (!group) {
    const made = new Map<number, Take>();
    byNumber.set(number, (group = made));
    parent.set(number, (r, object) => void readFields(r.message(), made, object));
  }
  return group;
}

function takeField(field: Field, recur: Compiler<() => Fields>): Take {
  const { name, schema } = field;
  if (schema.kind === 'list' && field.protobuf?.wrapped === 'items') {
    const read = readWrapped(schema, recur);
    return (r, object) => void (object[name] = read(r));
  }
  if (schema.kind === 'list') return takeItem(name, schema, recur);
  if (schema.kind === 'map') return takeEntry(name, schema, recur);
  const read = readValue(schema, recur);
  const expected = wireTypeOf(schema);
  return (r, object, wireType) => {
    if (wireType !== expected) throw wrongType(wireType, name);
    object[name] = read(r);
  };
}

const wrongType = (wireType: number, name: string): ProtobufError =>
  new ProtobufError(`proto: wrong wireType = ${wireType} for field ${name.charAt(0).toUpperCase()}${name.slice(1)}`);

function wireTypeOf(schema: Schema): number {
  if (schema.kind !== 'scalar') return BYTES;
  if (schema.is === 'bool' || schema.is === 'int32' || schema.is === 'int64') return VARINT;
  return schema.is === 'double' ? FIXED64 : BYTES;
}

function takeItem(name: string, schema: ListOf, recur: Compiler<() => Fields>): Take {
  const read = readValue(schema.items, recur);
  const expected = wireTypeOf(schema.items);
  return (r, object, wireType) => {
    const list = (object[name] ??= []) as unknown[];
    if (wireType === expected) list.push(read(r));
    else if (wireType === BYTES) for (const packed = r.message(); !packed.done;) list.push(read(packed));
    else throw wrongType(wireType, name);
  };
}

function takeEntry(name: string, schema: MapOf, recur: Compiler<() => Fields>): Take {
  const read = schema.values.kind === 'list' ? readWrapped(schema.values, recur) : readValue(schema.values, recur);
  return (r, object, wireType) => {
    if (wireType !== BYTES) throw wrongType(wireType, name);
    const map = (object[name] ??= {}) as Members;
    const entry = r.message();
    let key = '';
    let value: unknown = null;
    while (!entry.done) {
      const tag = entry.varint();
      if (tag >> 3 === 1) key = entry.string();
      else if (tag >> 3 === 2) value = read(entry);
      else entry.skip(tag % 8);
    }
    setOwn(map, key, value);
  };
}

/** A list that is a message { items = 1 }. */
function readWrapped(schema: ListOf, recur: Compiler<() => Fields>): Get {
  const fields: Fields = new Map([[1, takeItem('items', schema, recur)]]);
  return (r) => readFields(r.message(), fields, { items: [] })['items'];
}

function readValue(schema: Schema, recur: Compiler<() => Fields>): Get {
  if (schema.kind === 'scalar') return SCALAR_GETTERS[schema.is];
  if (schema.kind === 'any') return readRaw;
  if (schema.kind === 'union') return readUnion(schema, recur);
  const fields = recur(schema);
  return (r) => readFields(r.message(), fields(), {});
}

const readRaw: Get = (r) => {
  let raw: Uint8Array | undefined;
  readFields(r.message(), new Map([[1, (inner: Reader) => void (raw = inner.bytes())]]), {});
  return raw === undefined || raw.length === 0 ? null : decodeJson(raw).value;
};

function readUnion(schema: Union, recur: Compiler<() => Fields>): Get {
  const fields = new Map(
    schema.arms.map((arm): [number, Take] => {
      const { number } = arm.protobuf;
      if (arm.schema.kind === 'list') return [number, takeItem(arm.json, arm.schema, recur)];
      const read = readValue(arm.schema, recur);
      return [number, (r, object) => void (object[arm.json] = read(r))];
    }),
  );
  return (r) => {
    const arms = readFields(r.message(), fields, {});
    return arms['array'] ?? arms['object'] ?? arms['bool'] ?? (schema.name === 'schemaOrBool' ? false : null);
  };
}

/** The varint and text fields of a small message, by number. */
function small(r: Reader): { readonly numbers: ReadonlyMap<number, number | bigint>; readonly texts: ReadonlyMap<number, string> } {
  const numbers = new Map<number, number | bigint>();
  const texts = new Map<number, string>();
  for (const message = r.message(); !message.done;) {
    const tag = message.varint();
    if (tag % 8 === VARINT) numbers.set(tag >> 3, message.int64());
    else if (tag % 8 === BYTES) texts.set(tag >> 3, message.string());
    else message.skip(tag % 8);
  }
  return { numbers, texts };
}

/** Go's zero time, whole or by absence of the message's fields, is kept as a text so that a pointer to it stays set. */
function readInstant(r: Reader, format: (time: { seconds: number; nanos: number }) => string | null, withNanos: boolean): string {
  const { numbers } = small(r);
  const seconds = numbers.size === 0 ? ZERO_TIME_SECONDS : Number(numbers.get(1) ?? 0);
  const nanos = withNanos ? Number(numbers.get(2) ?? 0) : 0;
  return format({ seconds, nanos }) ?? ZERO_TIME_TEXT[withNanos ? 'micro' : 'plain'];
}

const ZERO_TIME_TEXT = { plain: '0001-01-01T00:00:00Z', micro: '0001-01-01T00:00:00.000000Z' };

const SCALAR_GETTERS: Readonly<Record<Scalar['is'], Get>> = {
  string: (r) => r.string(),
  bool: (r) => r.varint() !== 0,
  int32: (r) => r.int32(),
  int64: (r) => r.int64(),
  double: (r) => r.double(),
  bytes: (r) => encodeBase64(r.bytes()),
  quantity: (r) => small(r).texts.get(1) ?? '0',
  time: (r) => readInstant(r, formatTime, false),
  microTime: (r) => readInstant(r, formatMicroTime, true),
  duration: (r) => formatDuration(BigInt(small(r).numbers.get(1) ?? 0)),
  intOrString: (r) => {
    const { numbers, texts } = small(r);
    return Number(numbers.get(1) ?? 0) === 1 ? (texts.get(3) ?? '') : Number(BigInt.asIntN(32, BigInt(numbers.get(2) ?? 0)));
  },
  fieldsV1: readRaw,
};
