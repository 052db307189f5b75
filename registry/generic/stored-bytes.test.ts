import { describe, expect, it } from '@jest/globals';
import type { Obj } from '../../apimachinery/meta.ts';
import { encodeJson } from '../../apimachinery/serializer/json.ts';
import { storedBytes } from './stored-bytes.ts';

const decoder = new TextDecoder();

/** The text with the revision in its place, and from the metadata on. */
function revised(object: object, sorted: boolean): { readonly text: string; readonly item: string } {
  const { bytes, revisionAt, metadataAt } = storedBytes(object as Obj, sorted);
  expect(decoder.decode(bytes)).toBe(encodeJson(object));
  return { text: `${decoder.decode(bytes.subarray(0, revisionAt))}"resourceVersion":"7",${decoder.decode(bytes.subarray(revisionAt))}`, item: decoder.decode(bytes.subarray(metadataAt)) };
}

describe('storedBytes', () => {
  it('puts the revision behind the uid of a built-in', () => {
    const object = { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'a', namespace: 'b', uid: 'c', creationTimestamp: 't' }, spec: {} };
    const { text, item } = revised(object, false);
    expect(item).toMatch(/^"metadata":\{"name":"a"/);
    expect(JSON.parse(text)).toEqual({ ...object, metadata: { ...object.metadata, resourceVersion: '7' } });
    expect(text).toContain('"uid":"c","resourceVersion":"7","creationTimestamp"');
  });

  it('counts bytes, not characters, and is not deceived by look-alikes', () => {
    const object = { apiVersion: 'x/v1', data: { metadata: { uid: 'né' } }, kind: 'K', metadata: { annotations: { a: '}"uid":"€"{' }, name: 'n', uid: 'u' }, z: 1 };
    expect(revised(object, true).text).toContain('"name":"n","resourceVersion":"7","uid":"u"}');
  });

  it('puts it to the front when every member stands before it', () => {
    expect(revised({ apiVersion: 'x/v1', kind: 'K', metadata: { labels: { a: [1, { b: 2 }] }, name: 'n' } }, true).text).toContain('"metadata":{"resourceVersion":"7","labels"');
    expect(revised({ kind: 'K', metadata: { name: 'n', uid: 'u' } }, false).text).toContain('"metadata":{"resourceVersion":"7","name"');
  });

  it('finds the metadata behind members that JavaScript would put in front', () => {
    expect(revised({ 10: 1, 9: 2, kind: 'K', metadata: { name: 'n' } }, true).item).toBe('"metadata":{"name":"n"}}');
  });

  it('refuses an object without metadata', () => {
    expect(() => storedBytes({ a: 1 } as unknown as Obj, false)).toThrow('no metadata');
    expect(() => storedBytes({ metadata: {} } as unknown as Obj, false)).toThrow('empty');
  });
});
