import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newMemoryApiServer, type Answer, type TestServer } from './memory-api-server.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const WIDGETS = '/apis/example.com/v1/namespaces/default/widgets';
const JSON_BODY = { 'content-type': 'application/json' };

const RULES = [{ rule: 'self == oldSelf', message: 'may not change' }];

const crd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget', shortNames: ['w'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { size: { type: 'integer', default: 7, minimum: 1 }, replicas: { type: 'integer' }, mode: { type: 'string', 'x-kubernetes-validations': RULES } }, 'x-kubernetes-validations': [{ rule: '!has(self.replicas) || self.replicas <= self.size', messageExpression: '"at most %d".format([self.size])' }] }, status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        },
      },
    ],
  },
};

let server: TestServer;
beforeAll(async () => {
  server = await newMemoryApiServer();
});
afterAll(() => server.stop());

/** Asks again until the answer is as wanted: what is written in the background has no other sign. */
async function until(path: string, wanted: (answer: Answer) => boolean): Promise<Answer> {
  for (let i = 0; i < 5000; i++) {
    const answer = await server.ask('GET', path);
    if (wanted(answer)) return answer;
  }
  throw new Error(`${path} never answered as wanted`);
}

describe('custom resources', () => {
  it('are served once their definition is established', async () => {
    expect((await server.ask('POST', CRDS, { headers: JSON_BODY, body: crd })).status).toBe(201);
    await until(WIDGETS, (a) => a.status === 200);
    const { body } = await server.ask('GET', `${CRDS}/widgets.example.com`);
    expect(body['status']).toMatchObject({ acceptedNames: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList', shortNames: ['w'] }, storedVersions: ['v1'] });
    const { resources } = (await server.ask('GET', '/apis/example.com/v1')).body as { resources: { name: string }[] };
    expect(resources.map((r) => r.name).sort()).toEqual(['widgets', 'widgets/scale', 'widgets/status']);
  });

  it('get their defaults, lose unknown fields, and begin without status', async () => {
    const body = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'a' }, spec: { replicas: 2, stray: true }, status: { replicas: 9 } };
    const created = await server.ask('POST', WIDGETS, { headers: JSON_BODY, body });
    expect(created).toMatchObject({ status: 201, body: { metadata: { generation: 1 }, spec: { replicas: 2, size: 7 } } });
    expect(created.body['status']).toBeUndefined();
    expect(created.body['spec']).toEqual({ replicas: 2, size: 7 });
  });

  it('are refused when their schema is against them', async () => {
    const body = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'b' }, spec: { size: 0 } };
    const refused = await server.ask('POST', WIDGETS, { headers: JSON_BODY, body });
    expect(refused).toMatchObject({ status: 422, body: { message: 'Widget.example.com "b" is invalid: spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1' } });
  });

  it('are refused when the rules of their schema are against them', async () => {
    const body = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'c' }, spec: { replicas: 8, mode: 'x' } };
    const refused = await server.ask('POST', WIDGETS, { headers: JSON_BODY, body });
    expect(refused).toMatchObject({ status: 422, body: { message: 'Widget.example.com "c" is invalid: spec: Invalid value: at most 7' } });
    expect(await server.ask('POST', WIDGETS, { headers: JSON_BODY, body: { ...body, spec: { ...body.spec, replicas: 7 } } })).toMatchObject({ status: 201 });
    const headers = { 'content-type': 'application/merge-patch+json' };
    const changed = await server.ask('PATCH', `${WIDGETS}/c`, { headers, body: { spec: { mode: 'y' } } });
    expect(changed).toMatchObject({ status: 422, body: { message: 'Widget.example.com "c" is invalid: spec.mode: Invalid value: "y": may not change' } });
  });

  it('may stay as they are when rules come that are against them', async () => {
    const rule = { op: 'add', path: '/spec/versions/0/schema/openAPIV3Schema/properties/spec/x-kubernetes-validations/-', value: { rule: 'self.size < 7', message: 'too large' } };
    expect((await server.ask('PATCH', `${CRDS}/widgets.example.com`, { headers: { 'content-type': 'application/json-patch+json' }, body: [rule] })).status).toBe(200);
    const headers = { 'content-type': 'application/merge-patch+json' };
    let labelled = await server.ask('PATCH', `${WIDGETS}/c`, { headers, body: { metadata: { labels: { round: '0' } } } });
    for (let i = 1; labelled.headers['Warning'] === undefined && i < 5000; i++) labelled = await server.ask('PATCH', `${WIDGETS}/c`, { headers, body: { metadata: { labels: { round: String(i) } } } });
    expect([labelled.status, String(labelled.headers['Warning'])]).toEqual([200, '299 - "spec: Invalid value: too large"']);
    const changed = await server.ask('PATCH', `${WIDGETS}/c`, { headers, body: { spec: { replicas: 6 } } });
    expect(changed).toMatchObject({ status: 422, body: { message: 'Widget.example.com "c" is invalid: spec: Invalid value: too large' } });
    const gone = { op: 'remove', path: '/spec/versions/0/schema/openAPIV3Schema/properties/spec/x-kubernetes-validations/1' };
    expect((await server.ask('PATCH', `${CRDS}/widgets.example.com`, { headers: { 'content-type': 'application/json-patch+json' }, body: [gone] })).status).toBe(200);
  });

  it('have no rules that do not compile, or cost too much', async () => {
    const withRule = (rule: string): object => ({ ...crd, metadata: { name: 'others.example.com' }, spec: { ...crd.spec, names: { plural: 'others', kind: 'Other' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { l: { type: 'array', items: { type: 'string' }, 'x-kubernetes-validations': [{ rule }] } } } } }] } });
    const refused = await server.ask('POST', CRDS, { headers: JSON_BODY, body: withRule('self.x') });
    expect(refused).toMatchObject({ status: 422 });
    expect(refused.text).toContain("type 'list(string)' does not support field selection");
    const costly = await server.ask('POST', CRDS, { headers: JSON_BODY, body: withRule('self.all(a, self.all(b, a == b))') });
    expect(costly.text).toContain('estimated rule cost exceeds budget by factor of more than 100x');
  });

  it('scale', async () => {
    const headers = { 'content-type': 'application/merge-patch+json' };
    expect(await server.ask('PATCH', `${WIDGETS}/a/scale`, { headers, body: { spec: { replicas: 5 } } })).toMatchObject({ status: 200, body: { kind: 'Scale', spec: { replicas: 5 } } });
    expect((await server.ask('GET', `${WIDGETS}/a`)).body).toMatchObject({ metadata: { generation: 2 }, spec: { replicas: 5, size: 7 } });
  });

  it('go with their definition', async () => {
    const deleted = await server.ask('DELETE', `${CRDS}/widgets.example.com`);
    expect(deleted.body).toMatchObject({ kind: 'CustomResourceDefinition', metadata: { finalizers: ['customresourcecleanup.apiextensions.k8s.io'] } });
    await until(`${CRDS}/widgets.example.com`, (a) => a.status === 404);
    await until(WIDGETS, (a) => a.status === 404);
  });
});
