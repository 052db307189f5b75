import { describe, expect, it } from '@jest/globals';
import { builtinStruct } from '../../schema/builtin.ts';
import { decodeObject } from '../../schema/normalise.ts';
import {
  decodeProtobuf,
  decodeProtobufEvent,
  encodeProtobuf,
  encodeProtobufFrame,
  encodeProtobufList,
  encodeProtobufMessage,
  openProtobuf,
  wrapProtobuf,
} from './envelope.ts';
import { ProtobufError, Writer } from './wire.ts';

const V1 = { apiVersion: 'v1', kind: 'ConfigMap' };
const schemaOf = (name: string): ReturnType<typeof builtinStruct> => builtinStruct(`io.k8s.api.core.v1.${name}`);
const configMap = decodeObject(schemaOf('ConfigMap'), { ...V1, metadata: { name: 'a' }, data: { b: '2', a: '1' } }).object;
const hex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
const joined = (chunks: Iterable<Uint8Array>): Uint8Array => Uint8Array.from([...chunks].flatMap((chunk) => [...chunk]));

describe('whole objects', () => {
  it('writes the magic prefix, the kind and the message', () => {
    const bytes = encodeProtobuf(schemaOf('ConfigMap'), configMap, V1);
    expect(hex(bytes).startsWith(`6b387300${'0a0f'}${'0a027631'}${'1209436f6e6669674d6170'}12`)).toBe(true);
    expect(hex(bytes).endsWith('1a002200')).toBe(true);
    const { apiVersion, kind, raw } = openProtobuf(bytes);
    expect({ apiVersion, kind }).toEqual(V1);
    expect(decodeProtobuf(schemaOf('ConfigMap'), raw, V1).object).toEqual(configMap);
    expect(wrapProtobuf(raw, V1)).toEqual(bytes);
  });

  it('orders the keys of maps', () => {
    const other = { ...configMap, data: { a: '1', b: '2' } };
    expect(encodeProtobufMessage(schemaOf('ConfigMap'), configMap)).toEqual(encodeProtobufMessage(schemaOf('ConfigMap'), other));
  });

  it('writes scalars that are no pointers always, others when they are set', () => {
    expect(hex(encodeProtobufMessage(schemaOf('ConfigMapKeySelector'), { key: '' }))).toBe('0a020a001200');
    expect(hex(encodeProtobufMessage(schemaOf('ConfigMapKeySelector'), { key: 'k', optional: false }))).toBe('0a020a0012016b1800');
  });

  it('writes negative, large and wide integers', () => {
    const schema = schemaOf('PodSpec');
    const spec = {
      containers: [],
      priority: -1,
      activeDeadlineSeconds: 9007199254740993n,
      terminationGracePeriodSeconds: 2 ** 40,
      serviceAccountName: 'ü',
    };
    const bytes = encodeProtobufMessage(schema, spec);
    expect(decodeProtobuf(schema, bytes).object).toMatchObject({
      priority: -1,
      activeDeadlineSeconds: 9007199254740993n,
      terminationGracePeriodSeconds: 2 ** 40,
      serviceAccountName: 'ü',
    });
  });

  it('skips fields of later versions', () => {
    const w = new Writer();
    w.string('from the future');
    w.tag(1_000, 2);
    w.raw(encodeProtobufMessage(schemaOf('ConfigMap'), configMap));
    expect(decodeProtobuf(schemaOf('ConfigMap'), w.take(), V1).object).toEqual(configMap);
  });

  it.each([
    ['empty data', ''],
    ['provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]', '7b7d'],
    ['empty body', '6b387300'],
    ['unexpected EOF', '6b3873000a05'],
  ])('refuses bytes that are no object: %s', (want, text) => {
    const bytes = Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    expect(() => openProtobuf(bytes)).toThrow(new ProtobufError(want));
  });

  it('refuses messages that are cut, of a wrong type, or end in a group', () => {
    const schema = schemaOf('ConfigMap');
    expect(() => decodeProtobuf(schema, Uint8Array.of(0x0a, 0x7f))).toThrow('unexpected EOF');
    expect(() => decodeProtobuf(schema, Uint8Array.of(0x08, 0x01))).toThrow('proto: wrong wireType = 0 for field Metadata');
    expect(() => decodeProtobuf(schema, Uint8Array.of(0x0c))).toThrow('proto: wiretype end group for non-group');
    expect(() => decodeProtobuf(schema, Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01))).toThrow(
      'proto: integer overflow',
    );
  });

  it('works after an encoding that failed', () => {
    expect(() => encodeProtobuf(schemaOf('Secret'), { metadata: {}, data: { a: '!' } }, V1)).toThrow('illegal base64 data');
    expect(
      decodeProtobuf(schemaOf('ConfigMap'), openProtobuf(encodeProtobuf(schemaOf('ConfigMap'), configMap, V1)).raw, V1).object,
    ).toEqual(configMap);
  });
});

describe('lists and watches', () => {
  it('makes a list of encoded items that equals the list encoded at once', () => {
    const meta = { apiVersion: 'v1', kind: 'ConfigMapList' };
    const items = [configMap, decodeObject(schemaOf('ConfigMap'), { metadata: { name: 'b'.repeat(300) } }).object];
    const chunks = encodeProtobufList(
      meta,
      { resourceVersion: '5' },
      items.map((item) => encodeProtobufMessage(schemaOf('ConfigMap'), item)),
    );
    expect(hex(joined(chunks))).toBe(
      hex(encodeProtobuf(schemaOf('ConfigMapList'), { ...meta, metadata: { resourceVersion: '5' }, items }, meta)),
    );
  });

  it('frames events with four bytes of length', () => {
    const object = encodeProtobuf(schemaOf('ConfigMap'), configMap, V1);
    const frame = encodeProtobufFrame('ADDED', object);
    expect(new DataView(frame.buffer, frame.byteOffset).getUint32(0)).toBe(frame.length - 4);
    expect(decodeProtobufEvent(frame.subarray(4))).toEqual({ type: 'ADDED', object });
  });
});
