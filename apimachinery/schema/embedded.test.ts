import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../meta.ts';
import { Path } from '../validation/field.ts';
import { coerceEmbedded } from './embedded.ts';
import { compileCustomResource } from './openapi-compile.ts';

const RESOURCE = { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true } as const;
const SCHEMA = compileCustomResource({ type: 'object', properties: { spec: { type: 'object', properties: { one: RESOURCE, list: { type: 'array', items: RESOURCE }, map: { type: 'object', additionalProperties: RESOURCE } } } } });

function coerce(spec: JsonObject): { spec: JsonObject; error: string | undefined; unknown: string[] } {
  const unknown: string[] = [];
  const error = coerceEmbedded(SCHEMA, { spec }, Path.ROOT, unknown);
  return { spec, error: error && `${error.field}: ${error.message}`, unknown };
}

describe('metadata of resources within a resource', () => {
  it('loses what no metadata has, and what says nothing', () => {
    const { spec, error, unknown } = coerce({ one: { metadata: { name: 'a', namespace: '', labels: {}, creationTimestamp: null, nope: 1 } }, list: [{ metadata: { ownerReferences: [{ uid: 'u', typo: 1 }] } }], map: { k: { metadata: { x: 1 } } } });
    expect(error).toBeUndefined();
    expect(spec).toEqual({ one: { metadata: { name: 'a' } }, list: [{ metadata: { ownerReferences: [{ apiVersion: '', kind: '', name: '', uid: 'u' }] } }], map: { k: { metadata: {} } } });
    expect(unknown).toEqual(['spec.one.metadata.nope', 'spec.list[0].metadata.ownerReferences[0].typo', 'spec.map[k].metadata.x']);
  });

  it('is empty where null is given', () => {
    expect(coerce({ one: { metadata: null } }).spec).toEqual({ one: { metadata: {} } });
  });

  it.each<[name: string, spec: JsonObject, want: string]>([
    ['of a wrong type', { one: { metadata: { name: 5 } } }, 'spec.one.metadata: Invalid value: {"name":5}: json: cannot unmarshal number into Go struct field ObjectMeta.name of type string'],
    ['that is no object, in a list', { list: [{ metadata: 'x' }] }, 'spec.list[0].metadata: Invalid value: "x": json: cannot unmarshal string into Go value of type v1.ObjectMeta'],
    ['beside a kind that is no text', { map: { k: { kind: 5 } } }, 'spec.map[k].kind: Invalid value: 5: must be a string'],
    ['beside null as a version', { one: { apiVersion: null } }, 'spec.one.apiVersion: Invalid value: null: must be a string'],
  ])('%s is refused', (_, spec, want) => {
    expect(coerce(spec).error).toBe(want);
  });
});
