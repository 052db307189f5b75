import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { trackedFields } from '../../../registry/generic/managed-fields.ts';
import { newMemoryApiServer, type Answer, type TestServer } from './memory-api-server.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const JSON_BODY = { 'content-type': 'application/json' };
const MERGE = { 'content-type': 'application/merge-patch+json' };
const JSON_PATCH = { 'content-type': 'application/json-patch+json' };
const APPLY = { 'content-type': 'application/apply-patch+yaml' };
const base = (version: string): string => `/apis/example.com/${version}/namespaces/default/gizmos`;

const withSpec = (properties: object): object => ({ openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties } } } });
const STRING = { type: 'string' };
const GIZMOS = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gizmos.example.com', finalizers: ['unqualified'] },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'gizmos', kind: 'Gizmo' },
    versions: [
      { name: 'v1', served: true, storage: true, schema: withSpec({ a: STRING, one: { type: 'integer', default: 1 }, o: { type: 'object', properties: { x: STRING } } }) },
      { name: 'v2', served: true, storage: false, subresources: { status: {} }, schema: withSpec({ a: STRING, two: { type: 'integer' } }) },
      { name: 'v1alpha1', served: true, storage: false, deprecated: true, schema: withSpec({ a: STRING }) },
      { name: 'v3', served: false, storage: false, schema: withSpec({ a: STRING }) },
    ],
  },
};

let server: TestServer;
beforeAll(async () => {
  server = await newMemoryApiServer({}, { managed: trackedFields });
  expect((await server.ask('POST', CRDS, { headers: JSON_BODY, body: GIZMOS })).status).toBe(201);
  for (let i = 0; i < 5000 && (await server.ask('GET', base('v1'))).status !== 200; i++);
});
afterAll(() => server.stop());

const told = ({ status, body }: Answer): readonly unknown[] => [status, body['message']];
const gizmo = (version: string, name: string, spec: object): object => ({ apiVersion: `example.com/${version}`, kind: 'Gizmo', metadata: { name }, spec });
const create = (version: string, name: string, spec: object): Promise<Answer> => server.ask('POST', base(version), { headers: JSON_BODY, body: gizmo(version, name, spec) });
const specOf = async (version: string, name: string): Promise<unknown> => (await server.ask('GET', `${base(version)}/${name}`)).body['spec'];

describe('versions of a custom resource without a webhook', () => {
  it('lose what the schema of another version does not know', async () => {
    expect((await create('v2', 'b', { a: 'x', two: 2 })).body['spec']).toEqual({ a: 'x' });
    expect([await specOf('v1', 'b'), await specOf('v2', 'b')]).toEqual([{ a: 'x', one: 1 }, { a: 'x' }]);
    const list = (await server.ask('GET', base('v2'))).body;
    expect(list).toMatchObject({ metadata: { continue: '' }, items: [{ apiVersion: 'example.com/v2', spec: { a: 'x' } }] });
  });

  it('end the ownership of fields that one of them does not know', async () => {
    await create('v2', 'owned', { a: 'x' });
    expect(told(await server.ask('PATCH', `${base('v2')}/owned?fieldManager=me`, { headers: APPLY, body: gizmo('v2', 'owned', { two: 2 }) }))[0]).toBe(200);
    expect(told(await server.ask('PATCH', `${base('v1')}/owned?fieldManager=me`, { headers: APPLY, body: gizmo('v1', 'owned', { a: 'z' }) }))).toEqual([500, '.spec.one: field not declared in schema']);
    const answer = await server.ask('PATCH', `${base('v1')}/owned`, { headers: MERGE, body: { spec: { a: 'y' } } });
    expect(answer).toMatchObject({ status: 200, body: { spec: { a: 'y', one: 1 } } });
    expect(answer.body['metadata']).not.toHaveProperty('managedFields');
  });

  it('tell which of them is newer', async () => {
    const { headers } = await server.ask('GET', base('v1alpha1'));
    expect(String(headers['Warning'])).toBe('299 - "example.com/v1alpha1 Gizmo is deprecated; use example.com/v2 Gizmo"');
  });

  it('have subresources of their own', async () => {
    expect(told(await server.ask('GET', `${base('v1')}/b/status`))).toEqual([404, 'gizmos.example.com "b" not found']);
    expect((await server.ask('GET', `${base('v2')}/b/status`)).status).toBe(200);
    const { resources } = (await server.ask('GET', '/apis/example.com/v1')).body as { resources: { name: string }[] };
    expect(resources.map((r) => r.name)).toEqual(['gizmos']);
  });
});

describe('a path that no custom resource has', () => {
  it.each(['/apis/example.com/v3/namespaces/default/gizmos', '/apis/example.com/v3', '/apis/example.com/v1/namespaces/default/others', '/apis/example.com/v1/gizmos/a'])('is nowhere: %s', async (path) => {
    const { status, text } = await server.ask('GET', path);
    expect([status, text]).toEqual([404, '404 page not found\n']);
  });
});

describe('a patch of a custom resource', () => {
  it('changes neither its kind nor its version', async () => {
    const answer = await server.ask('PATCH', `${base('v1')}/b`, { headers: MERGE, body: { apiVersion: 'x/v1', kind: 'Other' } });
    expect(told(answer)).toEqual([422, 'Other.x "b" is invalid: [kind: Invalid value: "Other": must be Gizmo, apiVersion: Invalid value: "x/v1": must be example.com/v1]']);
  });

  it('leaves metadata', async () => {
    const answer = await server.ask('PATCH', `${base('v1')}/b`, { headers: JSON_PATCH, body: [{ op: 'remove', path: '/metadata' }] });
    expect(told(answer)).toEqual([400, 'the name of the object (b based on URL) was undeterminable: name must be provided']);
  });

  it('may not apply null where the schema has an object', async () => {
    await create('v1', 'n', { a: 'x' });
    expect(told(await server.ask('PATCH', `${base('v2')}/n?fieldManager=other&force=true`, { headers: APPLY, body: gizmo('v2', 'n', { two: 2 }) }))).toEqual([500, 'failed to convert new object: .spec.two: field not declared in schema']);
    const answer = await server.ask('PATCH', `${base('v1')}/n?fieldManager=me&force=true`, { headers: APPLY, body: gizmo('v1', 'n', { o: null }) });
    expect(told(answer)).toEqual([422, 'Gizmo.example.com "n" is invalid: spec.o: Invalid value: "null": spec.o in body must be of type object: "null"']);
  });
});

describe('the definition of a custom resource', () => {
  it("has a status that is the server's", async () => {
    const { metadata } = (await server.ask('GET', `${CRDS}/gizmos.example.com`)).body as { metadata: { managedFields: { manager: string; subresource?: string; fieldsV1: object }[] } };
    expect(metadata.managedFields).toContainEqual(expect.objectContaining({ manager: 'kube-apiserver', subresource: 'status', fieldsV1: { 'f:status': expect.objectContaining({ 'f:acceptedNames': expect.anything() }) } }));
  });

  it('tells an empty list from none', async () => {
    const { body } = await server.ask('PATCH', `${CRDS}/gizmos.example.com/status?dryRun=All`, { headers: MERGE, body: { status: { conditions: [] } } });
    expect(body).toMatchObject({ status: { conditions: [] } });
  });

  it('lets nothing be created while it goes', async () => {
    await server.ask('PATCH', `${base('v1')}/b`, { headers: MERGE, body: { metadata: { finalizers: ['example.com/hold'] } } });
    await server.ask('DELETE', `${CRDS}/gizmos.example.com`);
    expect(told(await create('v1', 'late', {}))).toEqual([403, 'gizmos.example.com "late" is forbidden: create not allowed while custom resource definition is terminating']);
    const { status } = (await server.ask('GET', `${CRDS}/gizmos.example.com`)).body as { status: { conditions: { type: string }[] } };
    expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'Terminating', status: 'True' }));
  });
});
