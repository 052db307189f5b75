import { beforeAll, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../component-base/clock.ts';
import { Turns } from '../../component-base/turns.ts';
import { Run } from './run.ts';
import { Reader } from '../../apimachinery/serializer/protobuf/wire.ts';
import { encodeSwagger } from './swagger-protobuf.ts';

/** The bytes of a length-delimited field, by the numbers that lead to it; the first of each. */
function at(bytes: Uint8Array, ...path: readonly number[]): Uint8Array | undefined {
  const [number, ...rest] = path;
  if (number === undefined) return bytes;
  const reader = new Reader(bytes);
  while (!reader.done) {
    const tag = reader.varint();
    if (tag === number * 8 + 2) return at(reader.bytes(), ...rest);
    reader.skip(tag % 8);
  }
  return undefined;
}

const textAt = (bytes: Uint8Array, ...path: readonly number[]): string | undefined => {
  const found = at(bytes, ...path);
  return found && new TextDecoder().decode(found);
};

describe('OpenAPI v2 in protobuf', () => {
  const widget = { description: 'A widget.', type: 'object', required: ['size'], properties: { size: { type: 'integer', format: 'int32', default: 0 } }, 'x-kubernetes-group-version-kind': [{ group: '', kind: 'Widget', version: 'v1' }] };
  const get = { operationId: 'readWidget', parameters: [{ name: 'watch', in: 'query', type: 'boolean' }, { name: 'name', in: 'path', required: true, type: 'string' }], responses: { '200': { description: 'OK', schema: { $ref: '#/definitions/Widget' } } } };
  let bytes: Uint8Array;
  beforeAll(async () => {
    bytes = await encodeSwagger(document, new Run(() => undefined, new Turns(new FakeClock(0))));
  });
  const document = { swagger: '2.0', info: { title: 'Kubernetes', version: 'v1' }, paths: { '/w/{name}': { get } }, definitions: { Widget: widget }, security: [{ BearerToken: [] }] };

  it('says its version and title', () => {
    expect(textAt(bytes, 1)).toBe('2.0');
    expect(textAt(bytes, 2, 1)).toBe('Kubernetes');
  });

  it('names definitions, with their fields, types and extensions', () => {
    expect(textAt(bytes, 9, 1, 1)).toBe('Widget');
    expect(textAt(bytes, 9, 1, 2, 4)).toBe('A widget.');
    expect(textAt(bytes, 9, 1, 2, 19)).toBe('size');
    expect(textAt(bytes, 9, 1, 2, 22, 1)).toBe('object');
    expect(textAt(bytes, 9, 1, 2, 25, 1, 1)).toBe('size');
    expect(textAt(bytes, 9, 1, 2, 25, 1, 2, 2)).toBe('int32');
    expect(textAt(bytes, 9, 1, 2, 25, 1, 2, 5, 2)).toBe('0\n');
    expect(textAt(bytes, 9, 1, 2, 31, 1)).toBe('x-kubernetes-group-version-kind');
    expect(textAt(bytes, 9, 1, 2, 31, 2, 2)).toBe('[{"group":"","kind":"Widget","version":"v1"}]\n');
  });

  it('tells parameters of the query from those of the path', () => {
    const operation = at(bytes, 8, 2, 2, 2);
    expect(operation && textAt(operation, 5)).toBe('readWidget');
    expect(operation && textAt(operation, 8, 1, 2, 3, 4)).toBe('watch');
    expect(operation && textAt(operation, 9, 1, 1)).toBe('200');
    expect(operation && textAt(operation, 9, 1, 2, 1, 2, 1, 1)).toBe('#/definitions/Widget');
  });
});
