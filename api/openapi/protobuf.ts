/** Messages of OpenAPI documents in protobuf, declared by the JSON names of their members; ./swagger-protobuf.ts and ./document-protobuf.ts hold the declarations. Behaves like upstream github.com/google/gnostic-models. */
import { BYTES, FIXED64, VARINT, Writer } from '../../apimachinery/serializer/protobuf/wire.ts';
import type { Run } from './run.ts';
import type { Json } from './schemas.ts';

/** Writes one value, with its length where it has one (the writer goes from the end to the front). */
type Write = (w: Writer, value: unknown) => void;

export interface Kind {
  readonly wire: number;
  readonly write: Write;
  /** A value that the absent field stands for, too. */
  readonly zero?: unknown;
  /** Of a message: its fields, and the value in the message's form. */
  parts?(value: unknown): { readonly fields: Message; readonly value: Json };
}

interface Field {
  readonly number: number;
  readonly kind: Kind;
  readonly repeated?: boolean;
}

export type Message = Readonly<Record<string, Field>>;

export const text: Kind = { wire: BYTES, write: (w, v) => w.string(String(v)), zero: '' };
export const bool: Kind = { wire: VARINT, write: (w) => w.varint(1), zero: false };
/** One that is written when it is false, too: it is chosen among others. */
export const chosenBool: Kind = { wire: VARINT, write: (w, v) => w.varint(v === true ? 1 : 0) };
export const int64: Kind = { wire: VARINT, write: (w, v) => w.int64(v as number), zero: 0 };
export const double: Kind = { wire: FIXED64, write: (w, v) => w.double(v as number), zero: 0 };
/** Free values travel as YAML, of which JSON is a part; each ends its line. */
export const any: Kind = message(() => ({ yaml: one(2, text) }), (value) => ({ yaml: `${JSON.stringify(value)}\n` }));

export function one(number: number, kind: Kind): Field {
  return { number, kind };
}

export function many(number: number, kind: Kind): Field {
  return { number, kind, repeated: true };
}

export const strings = (number: number): Field => many(number, text);

function writeField(w: Writer, { number, kind }: Field, value: unknown): void {
  if (value === undefined || value === kind.zero) return;
  kind.write(w, value);
  w.tag(number, kind.wire);
}

function writeFields(w: Writer, fields: Message, value: Json): void {
  for (const [name, field] of Object.entries(fields).reverse()) {
    const given = value[name];
    if (!field.repeated) writeField(w, field, given);
    else if (Array.isArray(given)) for (const item of given.toReversed() as unknown[]) writeElement(w, field, item);
  }
}

function writeElement(w: Writer, { number, kind }: Field, value: unknown): void {
  kind.write(w, value);
  w.tag(number, kind.wire);
}

/** A message whose fields stand under their JSON names, after `shape` brought the value into the message's form. */
export function message(fields: () => Message, shape: (value: unknown) => Json = (v) => v as Json): Kind {
  let known: Message | undefined;
  return {
    wire: BYTES,
    write: (w, value) => {
      const before = w.length;
      writeFields(w, (known ??= fields()), shape(value));
      w.varint(w.length - before);
    },
    parts: (value) => ({ fields: (known ??= fields()), value: shape(value) }),
  };
}

/** `{ k: v }` as a list of `{ name, value }`. */
const named = (value: Kind): Kind => message(() => ({ name: one(1, text), value: one(2, value) }));
export const pairs = (value: unknown): Json[] => Object.entries((value ?? {}) as Json).map(([name, inner]) => ({ name, value: inner }));
/** A message of nothing but such a list, in field `number`. */
export const mapOf = (value: Kind, number = 1): Kind => message(() => ({ pairs: many(number, named(value)) }), (v) => ({ pairs: pairs(v) }));

/** Members that begin with x- go to one field. */
const EXTENSIONS = 'x-*';
export const extensions = (number: number): Message => ({ [EXTENSIONS]: many(number, named(any)) });

export function extended(value: unknown): Json {
  const all = value as Json;
  const found = Object.entries(all).filter(([key]) => key.startsWith('x-'));
  return found.length === 0 ? all : { ...all, [EXTENSIONS]: found.map(([name, inner]) => ({ name, value: inner })) };
}

/** One field in pieces: a message down to `depth` is written field by field. */
async function fieldPieces({ number, kind }: Field, value: unknown, depth: number, run: Run, w: Writer): Promise<Uint8Array[]> {
  if (depth === 0 || !kind.parts) {
    kind.write(w, value);
    w.tag(number, kind.wire);
    return [w.take()];
  }
  const parts = kind.parts(value);
  const pieces = await messagePieces(parts.fields, parts.value, depth - 1, run, w);
  w.varint(pieces.reduce((sum, piece) => sum + piece.length, 0));
  w.tag(number, BYTES);
  return [w.take(), ...pieces];
}

async function messagePieces(fields: Message, value: Json, depth: number, run: Run, w: Writer): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for (const [name, field] of Object.entries(fields)) {
    const given = value[name];
    if (given === undefined || (!field.repeated && given === field.kind.zero)) continue;
    for (const item of field.repeated ? (given as unknown[]) : [given]) {
      pieces.push(...(await fieldPieces(field, item, depth, run, w)));
      const pause = run.pause();
      if (pause) await pause;
    }
  }
  return pieces;
}

/** Deep enough to write each path and each schema by itself. */
const DEPTH = 3;

export async function encodeMessage(fields: Message, value: Json, run: Run): Promise<Uint8Array> {
  const pieces = await messagePieces(fields, value, DEPTH, run, new Writer());
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
