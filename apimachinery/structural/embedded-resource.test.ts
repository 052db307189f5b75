import { describe, expect, it } from '@jest/globals';
import type { Schema } from '../cel/schema-types.ts';
import { Path } from '../validation/field.ts';
import { embeddedResourceCheck } from './embedded-resource.ts';

const RESOURCE: Schema = { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true };
const SCHEMA: Schema = { type: 'object', properties: { one: RESOURCE, list: { type: 'array', items: RESOURCE }, map: { type: 'object', additionalProperties: RESOURCE } } };
const told = (value: unknown): string[] => (embeddedResourceCheck(SCHEMA)?.(value, Path.ROOT) ?? []).map(({ field, message }) => `${field}: ${message}`);
const TYPE = { apiVersion: 'v1', kind: 'Pod' };

describe('a resource within a resource', () => {
  it('is not looked for where no schema knows one', () => {
    expect(embeddedResourceCheck({ type: 'object', properties: { a: { type: 'string' } } })).toBeUndefined();
  });

  it('is right with a kind alone: it needs no metadata, and metadata needs no name', () => {
    expect(told({ one: { ...TYPE, metadata: { labels: { a: 'b' }, namespace: 'x' } }, list: [TYPE] })).toEqual([]);
  });

  it.each<[name: string, value: unknown, want: string[]]>([
    ['what it is', { one: {} }, ['one.apiVersion: Required value', 'one.kind: Required value']],
    ['more than nothing', { one: { apiVersion: '', kind: '' } }, ['one.apiVersion: Invalid value: "": must not be empty', 'one.kind: Invalid value: "": must not be empty']],
    ['a version', { list: [{ ...TYPE, apiVersion: 'a/b/c' }] }, ['list[0].apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c']],
    ['names as every resource has them', { map: { k: { ...TYPE, metadata: { name: 'a/b' } } } }, ["map[k].metadata.name: Invalid value: \"a/b\": may not contain '/'"]],
    ['labels, too', { one: { ...TYPE, metadata: { labels: { 'a b': '' } } } }, ["one.metadata.labels: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"]],
  ])('says %s', (_, value, want) => {
    expect(told(value)).toEqual(want);
  });

  it('says a kind that is a name', () => {
    expect(told({ one: { ...TYPE, kind: 'a b' } })[0]).toMatch(/^one\.kind: Invalid value: "a b": may have mixed case, but should otherwise match: a DNS-1035 label must consist of/);
  });
});
