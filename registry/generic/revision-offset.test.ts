import { describe, expect, it } from '@jest/globals';
import { revisionOffset } from './revision-offset.ts';

const insertAt = (text: string, at: number): string => `${text.slice(0, at)}"resourceVersion":"7",${text.slice(at)}`;

describe('revisionOffset', () => {
  it('stands behind the uid of a built-in', () => {
    const text = '{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","namespace":"b","uid":"c","creationTimestamp":"t"},"spec":{}}';
    const { revisionAt, metadataAt } = revisionOffset(text, false);
    expect(text.slice(metadataAt)).toMatch(/^"metadata":/);
    expect(JSON.parse(insertAt(text, revisionAt))).toEqual({ ...(JSON.parse(text) as object), metadata: { name: 'a', namespace: 'b', uid: 'c', resourceVersion: '7', creationTimestamp: 't' } });
    expect(insertAt(text, revisionAt)).toContain('"uid":"c","resourceVersion":"7","creationTimestamp"');
  });

  it('is not deceived by quotes, braces and look-alikes within strings', () => {
    const text = '{"apiVersion":"x/v1","data":{"metadata":{"uid":"no"}},"kind":"K","metadata":{"annotations":{"a":"}\\"uid\\":\\"x\\"{"},"name":"n","uid":"u"},"z":1}';
    const { revisionAt } = revisionOffset(text, true);
    expect(insertAt(text, revisionAt)).toContain('"name":"n","resourceVersion":"7","uid":"u"}');
  });

  it('goes to the front when every member sorts before it', () => {
    const text = '{"apiVersion":"x/v1","kind":"K","metadata":{"labels":{"a":[1,{"b":2}]},"name":"n"}}';
    expect(insertAt(text, revisionOffset(text, true).revisionAt)).toContain('"metadata":{"resourceVersion":"7","labels"');
  });

  it('refuses an object without metadata', () => {
    expect(() => revisionOffset('{"a":1}', false)).toThrow();
  });
});
