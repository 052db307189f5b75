import { describe, expect, it } from '@jest/globals';
import { checkIdentity, checkKind, objectOf, restoreMetadata } from './converted-object.ts';

const original = { apiVersion: 'g/v1', kind: 'Widget', metadata: { name: 'a', namespace: 'ns', uid: 'u', resourceVersion: '7', labels: { a: 'b' }, annotations: { c: 'd' } } } as never;
const converted = (metadata?: unknown): Record<string, unknown> => ({ apiVersion: 'g/v2', kind: 'Widget', ...(metadata !== undefined && { metadata }) });
const restored = (metadata?: unknown): unknown => {
  const object = converted(metadata);
  restoreMetadata(original, object);
  return object['metadata'];
};

describe('a converted object', () => {
  it.each([
    { name: 'is none', given: [1], want: 'json: cannot unmarshal array into Go value of type map[string]interface {}' },
    { name: 'is nothing', given: null, want: 'json: cannot unmarshal null into Go value of type map[string]interface {}' },
    { name: 'has no kind', given: { apiVersion: 'g/v2' }, want: `Object 'Kind' is missing in '{"apiVersion":"g/v2"}'` },
  ])('that $name is refused', ({ given, want }) => {
    expect(() => objectOf(given)).toThrow(want);
  });

  it('has the version that was asked for and the kind of the original', () => {
    expect(() => checkKind(converted(), 'g/v3', 'Widget')).toThrow('invalid groupVersion (expected g/v3, received g/v2)');
    expect(() => checkKind(converted(), 'g/v2', 'Gadget')).toThrow('invalid kind (expected Gadget, received Widget)');
    expect(() => checkKind(converted(), 'g/v2', 'Widget')).not.toThrow();
  });

  it.each([
    { given: { name: 'b', namespace: 'ns', uid: 'u' }, want: 'must have the same name: a != b' },
    { given: { name: 'a', namespace: 'other', uid: 'u' }, want: 'must have the same namespace: ns != other' },
    { given: { name: 'a', namespace: 'ns' }, want: 'must have the same UID: u != ' },
    { given: undefined, want: 'must have the same name: a != ' },
  ])('is still the same: $want', ({ given, want }) => {
    expect(() => checkIdentity(original, converted(given))).toThrow(want);
  });
});

describe('metadata', () => {
  it('is the original\'s, but for labels and annotations', () => {
    expect(restored({ name: 'a', resourceVersion: '9', generation: 4, labels: { x: 'y' } })).toEqual({ name: 'a', namespace: 'ns', uid: 'u', resourceVersion: '7', labels: { x: 'y' } });
    expect(original).toMatchObject({ metadata: { labels: { a: 'b' }, annotations: { c: 'd' } } });
  });

  it.each([
    { given: undefined, want: 'missing metadata in converted object' },
    { given: [], want: 'invalid metadata of type []interface {} in converted object' },
    { given: { labels: 1.5 }, want: 'invalid metadata.labels of type float64 in converted object' },
    { given: { annotations: { a: true } }, want: 'metadata.annotations[a] must be a string, but is bool in converted object' },
    { given: { labels: { a: 'not valid!' } }, want: 'metadata.labels: Invalid value: "not valid!"' },
    { given: { annotations: { '!': 'x' } }, want: 'metadata.annotation: Invalid value: "!"' },
  ])('is refused: $want', ({ given, want }) => {
    expect(() => restored(given)).toThrow(want);
  });

  it('that was not valid before may stay so', () => {
    const old = { ...(original as object), metadata: { name: 'a', labels: { a: '!' } } } as never;
    const object = converted({ name: 'a', labels: { a: '!' } });
    expect(() => restoreMetadata(old, object)).not.toThrow();
  });
});
