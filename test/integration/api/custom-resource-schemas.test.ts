import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { trackedFields } from '../../../registry/generic/managed-fields.ts';
import { newMemoryApiServer, type Answer, type TestServer } from './memory-api-server.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const GADGETS = '/apis/example.com/v1/namespaces/default/gadgets';
const JSON_BODY = { 'content-type': 'application/json' };
const MERGE = { 'content-type': 'application/merge-patch+json' };

const POD = { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true };
const spec = { type: 'object', properties: { replicas: { 'x-kubernetes-preserve-unknown-fields': true }, pod: POD, color: { type: 'string', nullable: true, enum: ['red', null] }, names: { type: 'array', items: { type: 'string' } }, ruled: { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self < 10' }] } } };

function crd(schema: object, name = 'gadgets'): object {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${name}.example.com` },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: name, kind: name === 'gadgets' ? 'Gadget' : 'Other' },
      versions: [{ name: 'v1', served: true, storage: true, subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } }, schema: { openAPIV3Schema: schema } }],
    },
  };
}

let server: TestServer;
beforeAll(async () => {
  server = await newMemoryApiServer({}, { managed: trackedFields });
  expect((await server.ask('POST', CRDS, { headers: JSON_BODY, body: crd({ type: 'object', properties: { spec, status: { type: 'object', properties: { replicas: { type: 'integer' } } } } }) })).status).toBe(201);
  for (let i = 0; i < 5000 && (await server.ask('GET', GADGETS)).status !== 200; i++);
});
afterAll(() => server.stop());

const create = (name: string, given: object, meta: object = {}): Promise<Answer> => server.ask('POST', GADGETS, { headers: JSON_BODY, body: { apiVersion: 'example.com/v1', kind: 'Gadget', metadata: { name, ...meta }, spec: given } });
const UNCHECKED = '<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';
const told = ({ status, body }: Answer): unknown => [status, body['message']];

describe("a custom resource's schema", () => {
  it('types metadata of resources within, and lets no other metadata through', async () => {
    const made = await create('typed', { pod: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', labels: {}, odd: 1 } } });
    expect(made).toMatchObject({ status: 201, body: { spec: { pod: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } } } } });
    expect(String(made.headers['Warning'])).toContain('unknown field \\"spec.pod.metadata.odd\\"');
    const mistyped = await create('mistyped', { pod: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 1 } } });
    expect(told(mistyped)).toEqual([400, expect.stringContaining('spec.pod.metadata: Invalid value: {"name":1}: json: cannot unmarshal number into Go struct field ObjectMeta.name of type string')]);
  });

  it('demands that resources within say what they are', async () => {
    expect(told(await create('untyped', { pod: { kind: 'Pod', metadata: { name: 'a/b' } } }))).toEqual([422, `Gadget.example.com "untyped" is invalid: [spec.pod.apiVersion: Required value, spec.pod.metadata.name: Invalid value: "a/b": may not contain '/', ${UNCHECKED}]`]);
  });

  it('tells members that are given twice', async () => {
    const body = { apiVersion: 'example.com/v1', kind: 'Gadget', metadata: { name: 'twice' }, spec: {} };
    const raw = JSON.stringify(body).replace('"spec":{}', '"spec":{"color":"red","color":"red"}');
    const strict = await server.ask('POST', `${GADGETS}?fieldValidation=Strict`, { headers: JSON_BODY, body: new TextEncoder().encode(raw) });
    expect(told(strict)).toEqual([400, 'Gadget in version "v1" cannot be handled as a Gadget: strict decoding error: duplicate field "spec.color"']);
  });

  it('has no nulls in lists, and none among the values of an enum', async () => {
    expect(told(await create('nulls', { names: [null] }))).toEqual([422, `Gadget.example.com "nulls" is invalid: [spec.names[0]: Invalid value: "null": spec.names[0] in body must be of type string: "null", ${UNCHECKED}]`]);
    expect(told(await create('nulls', { color: null }))).toEqual([422, `Gadget.example.com "nulls" is invalid: [spec.color: Unsupported value: null: supported values: "red", "null", ${UNCHECKED}]`]);
  });

  it('has rules for objects whose metadata is right, too', async () => {
    expect(told(await create('', { ruled: 11 }))).toEqual([422, `Gadget.example.com "" is invalid: [metadata.name: Required value: name or generateName is required, ${UNCHECKED}]`]);
  });

  it('keeps what a scale reads readable', async () => {
    expect(told(await create('scaled', { replicas: 'x' }))).toEqual([422, 'Gadget.example.com "scaled" is invalid: .spec.replicas: Invalid value: 0: .spec.replicas accessor error: x is of the type string, expected int64']);
  });

  it('warns of finalizers that may be those of others', async () => {
    const made = await create('final', {}, { finalizers: ['mine'] });
    expect([made.status, String(made.headers['Warning'])]).toEqual([201, expect.stringContaining('prefer a domain-qualified finalizer name to avoid')]);
  });

  it('holds defaults against itself', async () => {
    const withDefault = (standard: unknown): object => crd({ type: 'object', properties: { spec: { type: 'object', properties: { n: { type: 'integer', default: standard, 'x-kubernetes-validations': [{ rule: 'self < 10' }] } } } } }, 'others');
    const typed = await server.ask('POST', `${CRDS}?dryRun=All`, { headers: JSON_BODY, body: crd({ type: 'object', properties: { spec: { type: 'object', properties: { pod: { ...POD, default: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', odd: 1 } } } } } } }, 'others') });
    expect(typed.body).toMatchObject({ spec: { versions: [{ schema: { openAPIV3Schema: { properties: { spec: { properties: { pod: { default: { metadata: { name: 'a' } } } } } } } } }] } });
    expect(JSON.stringify(typed.body)).not.toContain('odd');
    const at = 'spec.validation.openAPIV3Schema.properties[spec].properties[n].default';
    expect(told(await server.ask('POST', CRDS, { headers: JSON_BODY, body: withDefault('x') }))).toEqual([422, expect.stringContaining(`${at}: Invalid value: "string":  in body must be of type integer: "string"`)]);
    expect(told(await server.ask('POST', CRDS, { headers: JSON_BODY, body: withDefault(11) }))).toEqual([422, expect.stringContaining(`${at}: Invalid value: 11: failed rule: self < 10`)]);
  });
});

describe('a scale', () => {
  it('is there where its object says how many', async () => {
    await create('scaled', {});
    expect(told(await server.ask('GET', `${GADGETS}/scaled/scale`))).toEqual([500, 'Internal error occurred: the spec replicas field ".spec.replicas" does not exist']);
    expect(told(await server.ask('PATCH', `${GADGETS}/scaled/scale`, { headers: MERGE, body: {} }))).toEqual([400, 'the spec replicas field ".spec.replicas" cannot be empty']);
    expect((await server.ask('PATCH', `${GADGETS}/scaled/scale`, { headers: MERGE, body: { spec: { replicas: 2 } } })).body['spec']).toEqual({ replicas: 2 });
    expect(told(await server.ask('PATCH', `${GADGETS}/scaled/scale`, { headers: MERGE, body: { spec: { replicas: -2 } } }))).toEqual([422, 'Gadget.example.com "scaled" is invalid: .spec.replicas: Invalid value: -2: should be a non-negative integer']);
  });
});

describe('a status', () => {
  it('is written with metadata that then belongs to its writer, though it does not change', async () => {
    await create('owned', {});
    const answer = await server.ask('PATCH', `${GADGETS}/owned/status?fieldManager=ctl`, { headers: MERGE, body: { metadata: { labels: { a: 'b' } }, status: { replicas: 1 } } });
    expect(answer).toMatchObject({ status: 200, body: { status: { replicas: 1 } } });
    const { metadata } = answer.body as { metadata: { labels?: object; managedFields: { manager: string; fieldsV1: object }[] } };
    expect(metadata.labels).toBeUndefined();
    expect(metadata.managedFields.find((entry) => entry.manager === 'ctl')?.fieldsV1).toEqual({ 'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } }, 'f:status': { '.': {}, 'f:replicas': {} } });
  });
});
