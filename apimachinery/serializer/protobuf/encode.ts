/**
 * Schemas compiled to writers of protobuf messages. Fields in the order of their numbers, maps ordered by key, non-pointer scalars always written: the bytes are upstream's.
 * Behaves like the generated.pb.go files of k8s.io/api.
 */
import { decodeBase64 } from '../../schema/base64.ts';
import { sortedKeys } from '../../schema/copy.ts';
import { parseDuration } from '../../../component-base/duration.ts';
import { parseMicroTime, parseTime, type Instant } from '../../schema/go-time.ts';
import {
  memoised,
  type Compiler,
  type Field,
  type ListOf,
  type MapOf,
  type Scalar,
  type ScalarKind,
  type Schema,
  type Struct,
  type Union,
} from '../../schema/model.ts';
import { jsonType, SCALAR_READERS } from '../../schema/scalars.ts';
import { stringify } from '../json.ts';
import { BYTES, FIXED64, VARINT, type Writer } from './wire.ts';

/** Writes a value without its tag; of messages and texts with their length. */
type Write = (w: Writer, value: unknown) => void;
type Members = Record<string, unknown>;

const encoder = new TextEncoder();
const messages = memoised<Write>((schema, recur) => (schema.kind === 'struct' ? writeStruct(schema, recur) : notAMessage));
const notAMessage: Write = () => {
  throw new TypeError('only a struct is a protobuf message');
};

/** Writes the fields of a struct (in reverse, as Writer wants it), without a length. `value` is a normalised object. */
export function writeMessage(w: Writer, schema: Struct, value: unknown): void {
  messages(schema)(w, value);
}

/** A field, or a group of fields of an embedded Go struct, which is a nested message. */
type Part = { readonly number: number } & ({ readonly field: Field } | { readonly parts: Part[] });

function writeStruct(schema: Struct, recur: Compiler<Write>): Write {
  let writes: readonly Write[] | undefined;
  return (w, value) => {
    writes ??= partsOf(schema).map((part) => writePart(part, recur));
    for (const write of writes) write(w, value);
  };
}

/** From the highest number to the lowest. */
function partsOf(schema: Struct): Part[] {
  const root: Part[] = [];
  for (const field of schema.fields.values()) {
    if (!field.protobuf) continue;
    let parts = root;
    for (const number of field.protobuf.within ?? []) parts = groupIn(parts, number);
    parts.push({ number: field.protobuf.number, field });
  }
  return sorted(root);
}

function groupIn(parts: Part[], number: number): Part[] {
  const known = parts.find((part) => part.number === number);
  if (known && 'parts' in known) return known.parts;
  const made: Part[] = [];
  parts.push({ number, parts: made });
  return made;
}

function sorted(parts: Part[]): Part[] {
  for (const part of parts) if ('parts' in part) sorted(part.parts);
  return parts.sort((a, b) => b.number - a.number);
}

function writePart(part: Part, recur: Compiler<Write>): Write {
  if ('field' in part) return writeField(part.field, part.number, recur);
  const writes = part.parts.map((inner) => writePart(inner, recur));
  return (w, value) => {
    const before = w.length;
    for (const write of writes) write(w, value);
    w.varint(w.length - before);
    w.tag(part.number, BYTES);
  };
}

function writeField(field: Field, number: number, recur: Compiler<Write>): Write {
  const { name, schema } = field;
  const whole = schema.kind === 'list' && field.protobuf?.wrapped === 'items' ? wrapped(schema, recur) : undefined;
  if (schema.kind === 'list' && !whole) return writeRepeated(name, number, schema, recur);
  if (schema.kind === 'map') return writeEntries(name, number, schema, recur);
  const write = whole ?? writeValue(schema, recur);
  const type = wireTypeOf(schema);
  const skipsNull = field.go?.pointer === true || whole !== undefined || (schema.kind === 'scalar' && schema.is === 'bytes');
  const zero = schema.kind === 'scalar' ? zeroOf(schema.is) : undefined;
  const keepsNull = isZeroTime(field);
  return (w, object) => {
    const value = (object as Members)[name];
    if (skipsNull && (value === undefined || (value === null && !keepsNull))) return;
    write(w, value ?? zero);
    w.tag(number, type);
  };
}

/** A null here is a pointer to Go's zero time: without a value the field would be absent. */
function isZeroTime(field: Field): boolean {
  const { schema, go } = field;
  return schema.kind === 'scalar' && (schema.is === 'time' || schema.is === 'microTime') && go?.pointer === true && go.omit !== 'never';
}

const zeroOf = (is: ScalarKind): unknown => (is === 'fieldsV1' ? null : SCALAR_READERS[is].zero);

function wireTypeOf(schema: Schema): number {
  if (schema.kind !== 'scalar') return BYTES;
  if (schema.is === 'bool' || schema.is === 'int32' || schema.is === 'int64') return VARINT;
  return schema.is === 'double' ? FIXED64 : BYTES;
}

function writeRepeated(name: string, number: number, schema: ListOf, recur: Compiler<Write>): Write {
  const write = writeValue(schema.items, recur);
  const type = wireTypeOf(schema.items);
  const zero = schema.items.kind === 'scalar' ? zeroOf(schema.items.is) : undefined;
  return (w, object) => {
    const list = (object as Members)[name] as readonly unknown[] | null | undefined;
    if (!list) return;
    for (let i = list.length - 1; i >= 0; i--) {
      write(w, list[i] ?? zero);
      w.tag(number, type);
    }
  };
}

/** A list that is a message { items = 1 }. */
function wrapped(schema: ListOf, recur: Compiler<Write>): Write {
  const items = writeRepeated('items', 1, schema, recur);
  return (w, value) => {
    const before = w.length;
    items(w, { items: value });
    w.varint(w.length - before);
  };
}

function writeEntries(name: string, number: number, schema: MapOf, recur: Compiler<Write>): Write {
  const { values } = schema;
  const write = values.kind === 'list' ? wrapped(values, recur) : writeValue(values, recur);
  const type = wireTypeOf(values);
  const skipsNull = values.kind === 'scalar' && values.is === 'bytes';
  return (w, object) => {
    const map = (object as Members)[name] as Members | null | undefined;
    if (!map) return;
    for (const key of sortedKeys(map).reverse()) {
      const before = w.length;
      if (!skipsNull || map[key] !== null) {
        write(w, map[key]);
        w.tag(2, type);
      }
      w.string(key);
      w.tag(1, BYTES);
      w.varint(w.length - before);
      w.tag(number, BYTES);
    }
  };
}

function writeValue(schema: Schema, recur: Compiler<Write>): Write {
  if (schema.kind === 'scalar') return SCALAR_WRITERS[schema.is];
  if (schema.kind === 'any') return writeRaw;
  if (schema.kind === 'union') return writeUnion(schema, recur);
  if (schema.kind !== 'struct') throw new TypeError(`no protobuf form of a ${schema.kind} inside a list or map`);
  const write = recur(schema);
  return (w, value) => {
    const before = w.length;
    write(w, value ?? {});
    w.varint(w.length - before);
  };
}

/** RawExtension, JSON, FieldsV1: a message { raw = 1 } that holds JSON. */
const writeRaw: Write = (w, value) => {
  const before = w.length;
  if (value !== null && value !== undefined) {
    w.bytes(encoder.encode(stringify(value)));
    w.tag(1, BYTES);
  }
  w.varint(w.length - before);
};

function writeUnion(schema: Union, recur: Compiler<Write>): Write {
  const armOf = (json: string): Union['arms'][number] | undefined => schema.arms.find((arm) => arm.json === json);
  const allows = armOf('bool');
  return (w, value) => {
    const before = w.length;
    const arm = armOf(jsonType(value));
    if (arm && arm !== allows) writeArm(w, arm, value, recur);
    if (allows) {
      w.varint(value === false ? 0 : 1);
      w.tag(allows.protobuf.number, VARINT);
    }
    w.varint(w.length - before);
  };
}

function writeArm(w: Writer, arm: Union['arms'][number], value: unknown, recur: Compiler<Write>): void {
  const { number } = arm.protobuf;
  if (arm.schema.kind === 'list') writeRepeated('list', number, arm.schema, recur)(w, { list: value });
  else {
    writeValue(arm.schema, recur)(w, value);
    w.tag(number, BYTES);
  }
}

function writeInstant(w: Writer, value: unknown, parse: (text: string) => Instant, withNanos: boolean): void {
  const before = w.length;
  if (typeof value === 'string') {
    const { seconds, nanos } = parse(value);
    w.varint(withNanos ? nanos : 0);
    w.tag(2, VARINT);
    w.int64(seconds);
    w.tag(1, VARINT);
  }
  w.varint(w.length - before);
}

const SCALAR_WRITERS: Readonly<Record<Scalar['is'], Write>> = {
  string: (w, value) => w.string(value as string),
  bool: (w, value) => w.varint(value === true ? 1 : 0),
  int32: (w, value) => w.int64(value as number),
  int64: (w, value) => w.int64(value as number | bigint),
  double: (w, value) => w.double(value as number),
  bytes: (w, value) => {
    const bytes = decodeBase64(value as string);
    if (typeof bytes === 'number') throw new TypeError(`illegal base64 data at input byte ${bytes}`);
    w.bytes(bytes);
  },
  quantity: (w, value) => {
    const before = w.length;
    w.string(value as string);
    w.tag(1, BYTES);
    w.varint(w.length - before);
  },
  time: (w, value) => writeInstant(w, value, parseTime, false),
  microTime: (w, value) => writeInstant(w, value, parseMicroTime, true),
  duration: (w, value) => {
    const before = w.length;
    w.int64(parseDuration(value as string));
    w.tag(1, VARINT);
    w.varint(w.length - before);
  },
  intOrString: (w, value) => {
    const before = w.length;
    const isText = typeof value === 'string';
    w.string(isText ? value : '');
    w.tag(3, BYTES);
    w.int64(isText ? 0 : (value as number));
    w.tag(2, VARINT);
    w.varint(isText ? 1 : 0);
    w.tag(1, VARINT);
    w.varint(w.length - before);
  },
  fieldsV1: writeRaw,
};
