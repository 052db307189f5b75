/** Upstream's compatibility data: one object of a kind in three encodings. Each is decoded and encoded into the others, which must not differ in a byte. */
import { builtinStruct, builtinTypeOf } from '../../schema/builtin.ts';
import { decodeObject, decodeObjectJson, type Decoded } from '../../schema/normalise.ts';
import { encodeJsonPretty } from '../json.ts';
import { decodeProtobuf, encodeProtobuf, openProtobuf } from '../protobuf/envelope.ts';
import { decodeYaml } from '../yaml.ts';
import { encodeYaml } from '../yaml-writer.ts';

export interface Encodings {
  /** Indented, as the files are. */
  readonly json: Uint8Array;
  readonly yaml: Uint8Array;
  readonly pb: Uint8Array;
}

/** `core.v1.Pod`: the name of a fixture. */
export function parseFixtureName(name: string): { readonly group: string; readonly version: string; readonly kind: string } {
  const parts = /^(.+)\.(v[0-9][a-z0-9]*)\.([A-Za-z]+)$/.exec(name);
  if (!parts) throw new Error(`${name} names no kind`);
  const [, group = '', version = '', kind = ''] = parts;
  return { group: group === 'core' ? '' : group, version, kind };
}

const decoder = new TextDecoder();

/** What differs; empty: nothing. */
export function roundTripFailures(name: string, given: Encodings): string[] {
  const typeName = builtinTypeOf(parseFixtureName(name));
  if (typeName === undefined) return ['no such kind'];
  const schema = builtinStruct(typeName);
  const { apiVersion, kind, raw } = openProtobuf(given.pb);
  const decoded: readonly (readonly [string, Decoded])[] = [
    ['json', decodeObjectJson(schema, given.json)],
    ['yaml', decodeObject(schema, decodeYaml(given.yaml).value)],
    ['protobuf', decodeProtobuf(schema, raw, { apiVersion, kind })],
  ];
  return decoded.flatMap(([from, { object, errors, strict }]) => [
    ...[...errors, ...strict].map((problem) => `${from}: ${problem}`),
    ...difference(`${from} to json`, encodeJsonPretty(object), decoder.decode(given.json)),
    ...difference(`${from} to yaml`, encodeYaml(object), decoder.decode(given.yaml)),
    ...difference(`${from} to protobuf`, latin1(encodeProtobuf(schema, object, { apiVersion, kind })), latin1(given.pb)),
  ]);
}

const CONTEXT = 40;

function difference(what: string, got: string, want: string): string[] {
  if (got === want) return [];
  let at = 0;
  while (at < want.length && got[at] === want[at]) at++;
  const part = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - CONTEXT), at + CONTEXT));
  return [`${what} differs at ${at}: got ${part(got)}, want ${part(want)}`];
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (b) => String.fromCharCode(b)).join('');
}
