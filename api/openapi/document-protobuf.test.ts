import { beforeAll, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../component-base/clock.ts';
import { Turns } from '../../component-base/turns.ts';
import { encodeDocument } from './document-protobuf.ts';
import { Run } from './run.ts';

/** Fields of a message by number, each as bytes. */
function fieldsOf(bytes: Uint8Array): Map<number, Uint8Array[]> {
  const fields = new Map<number, Uint8Array[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const length = (tag & 7) === 2 ? varint() : 0;
    const value = (tag & 7) === 2 ? bytes.subarray(at, (at += length)) : new Uint8Array([varint()]);
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value]);
  }
  return fields;
}

function at(bytes: Uint8Array, ...path: readonly number[]): Uint8Array {
  return path.reduce((value, number) => fieldsOf(value).get(number)?.[0] ?? new Uint8Array(), bytes);
}
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('encodeDocument', () => {
  let bytes: Uint8Array;
  beforeAll(async () => {
    bytes = await encodeDocument(document, new Run(() => undefined, new Turns(new FakeClock(0))));
  });
  const document = {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: '1.35' },
    paths: { '/api/': { get: { operationId: 'getCoreAPIVersions', responses: { '200': { description: 'OK', content: { 'application/json': { schema: { $ref: '#/components/schemas/Pod' } } } } } } } },
    components: { schemas: { Pod: { type: 'object', properties: { spec: { default: {}, allOf: [{ $ref: '#/components/schemas/PodSpec' }] } }, 'x-kubernetes-group-version-kind': [{ kind: 'Pod' }] } } },
  };

  it('writes the fields under the numbers of openapiv3.Document', () => {
    expect(text(at(bytes, 1))).toBe('3.0.0');
    expect(text(at(bytes, 2, 6))).toBe('1.35');
  });

  it('tells references from what they stand for', () => {
    const answer = at(bytes, 4, 1, 2, 4, 8, 2);
    expect(text(at(answer, 1))).toBe('200');
    expect(text(at(answer, 2, 1, 3, 1, 2, 1, 2, 1))).toBe('#/components/schemas/Pod');
  });

  it('writes properties by name and extensions as YAML', () => {
    const schema = at(bytes, 5, 1, 1, 2, 1);
    expect(text(at(schema, 31, 1, 1))).toBe('spec');
    expect(text(at(schema, 31, 1, 2, 1, 26, 2, 1))).toBe('#/components/schemas/PodSpec');
    expect(text(at(schema, 36, 2, 2))).toBe('[{"kind":"Pod"}]\n');
  });
});
