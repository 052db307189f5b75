import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { trackedFields } from '../../../registry/generic/managed-fields.ts';
import { newMemoryApiServer, watchEvents, type Answer, type TestServer } from './memory-api-server.ts';
import { newWebhookServer, type Review, type WebhookServer } from './webhook-server.ts';

type Json = Record<string, unknown>;
type Widget = Json & { apiVersion: string; metadata: Json & { name: string; resourceVersion: string } };

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const MERGE = { 'content-type': 'application/merge-patch+json' };
const APPLY = { 'content-type': 'application/apply-patch+yaml' };
const text = { type: 'string' };
const status = { type: 'object', properties: { replicas: { type: 'integer' }, ready: { type: 'boolean' } } };
const V1 = { hostPort: text, tier: { type: 'string', default: 't' }, spec: { type: 'object', properties: { replicas: { type: 'integer' } } }, status };
const V2 = { host: text, port: text, zone: { type: 'string', default: 'z' }, spec: { type: 'object', properties: { size: { type: 'integer' } } }, status };

const version = (name: string, storage: boolean, properties: object, more: object = {}): object => ({ name, served: true, storage, schema: { openAPIV3Schema: { type: 'object', properties } }, ...more });
const v1 = (storage: boolean): object => version('v1', storage, V1, { subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } }, selectableFields: [{ jsonPath: '.hostPort' }] });
const v2 = (storage: boolean): object => version('v2', storage, V2, { subresources: { status: {}, scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.replicas' } }, selectableFields: [{ jsonPath: '.host' }, { jsonPath: '.port' }] });

let server: TestServer;
let webhook: WebhookServer;

beforeAll(async () => {
  webhook = await newWebhookServer(['127.0.0.1', 'hook.default.svc']);
  server = await newMemoryApiServer({}, { managed: trackedFields });
});
afterAll(async () => {
  await server.stop();
  webhook.close();
});
beforeEach(() => {
  webhook.reply = convertsAll;
});

/** v1 has hostPort, v2 host and port; replicas are .spec.replicas in v1 and .spec.size in v2. */
function toV2({ hostPort, spec, ...rest }: Json): Json {
  delete rest['tier'];
  const [host, port] = typeof hostPort === 'string' ? hostPort.split(':') : [];
  const { replicas } = (spec ?? {}) as { replicas?: number };
  return { ...rest, ...(host !== undefined && { host }), ...(port !== undefined && { port }), ...(replicas !== undefined && { spec: { size: replicas } }) };
}

function toV1({ host, port, spec, ...rest }: Json): Json {
  const { size } = (spec ?? {}) as { size?: number };
  delete rest['zone'];
  return { ...rest, ...(typeof host === 'string' && { hostPort: typeof port === 'string' ? `${host}:${port}` : host }), ...(size !== undefined && { spec: { replicas: size } }) };
}

const requestOf = (review: Review): { objects: Json[]; desiredAPIVersion: string } => review.request as never;

function convertsAll(review: Review): object {
  const { objects, desiredAPIVersion } = requestOf(review);
  const convertedObjects = objects.map((o) => ({ ...(desiredAPIVersion.endsWith('/v2') ? toV2(o) : toV1(o)), apiVersion: desiredAPIVersion }));
  return { result: { status: 'Success' }, convertedObjects };
}

const conversion = (): object => ({ strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1', 'v1beta1'], clientConfig: { url: `https://127.0.0.1:${webhook.port}/crdconvert`, caBundle: webhook.caBundle } } });
const widgets = (group: string, v: string): string => `/apis/${group}/${v}/namespaces/default/widgets`;

/** One group for each test: definitions do not meet. */
async function define(group: string, by: object = conversion()): Promise<void> {
  const spec = { group, scope: 'Namespaced', names: { plural: 'widgets', kind: 'Widget' }, versions: [v1(true), v2(false)], conversion: by };
  expect((await server.ask('POST', CRDS, { body: { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: `widgets.${group}` }, spec } })).status).toBe(201);
  await until(`${widgets(group, 'v1')}`, (a) => a.status === 200);
}

async function until(path: string, wanted: (answer: Answer) => boolean): Promise<Answer> {
  for (let i = 0; i < 5000; i++) {
    const answer = await server.ask('GET', path);
    if (wanted(answer)) return answer;
  }
  throw new Error(`${path} never answered as wanted`);
}

async function create(group: string, v: string, name: string, fields: object): Promise<Answer> {
  return server.ask('POST', `${widgets(group, v)}?fieldManager=creator`, { body: { apiVersion: `${group}/${v}`, kind: 'Widget', metadata: { name }, ...fields } });
}

async function listed(group: string, v: string, query = ''): Promise<readonly string[]> {
  const { body, status } = await server.ask('GET', `${widgets(group, v)}${query}`);
  expect(status).toBe(200);
  return (body['items'] as Widget[]).map(({ apiVersion, metadata, hostPort, host, port }) => `${metadata.name} ${apiVersion.split('/')[1]} ${JSON.stringify(hostPort ?? [host, port])}`);
}

/** Makes v2 the storage version and waits until it is: a short name that comes with it tells. */
async function storeV2(group: string): Promise<void> {
  const patched = await server.ask('PATCH', `${CRDS}/widgets.${group}`, { headers: MERGE, body: { spec: { versions: [v1(false), v2(true)], names: { shortNames: ['wi'] } } } });
  expect(patched).toMatchObject({ status: 200, body: { status: { storedVersions: ['v1', 'v2'] } } });
  await until(`/apis/${group}/v2`, (a) => (a.body['resources'] as { shortNames?: string[] }[]).some((r) => r.shortNames?.includes('wi')));
}

describe('versions that differ in their name alone', () => {
  const only = (name: string, storage: boolean, field: string, more: object = {}): object => version(name, storage, { spec: { type: 'object', properties: { a: text, [field]: { type: 'integer', default: 1 } } } }, more);
  const defined = (group: string, versions: readonly object[]): object => ({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: `widgets.${group}` }, spec: { group, scope: 'Namespaced', names: { plural: 'widgets', kind: 'Widget' }, versions } });

  it('show the defaults of the version in which an object is stored, before and after another one is the storage version', async () => {
    const group = 'none.example.com';
    await server.ask('POST', CRDS, { body: defined(group, [only('v1', true, 'one'), only('v2', false, 'two')]) });
    await until(widgets(group, 'v1'), (a) => a.status === 200);
    await create(group, 'v1', 'a', { spec: { a: 'x' } });
    expect((await server.ask('GET', `${widgets(group, 'v2')}/a`)).body['spec']).toEqual({ a: 'x' });
    await server.ask('PATCH', `${CRDS}/widgets.${group}`, { headers: MERGE, body: { spec: { versions: [only('v1', false, 'one'), only('v2', true, 'two')], names: { shortNames: ['wi'] } } } });
    await until(`/apis/${group}/v2`, (a) => (a.body['resources'] as { shortNames?: string[] }[]).some((r) => r.shortNames?.includes('wi')));
    expect((await server.ask('GET', `${widgets(group, 'v1')}/a`)).body['spec']).toEqual({ a: 'x', one: 1 });
    expect((await server.ask('GET', `${widgets(group, 'v2')}/a`)).body['spec']).toEqual({ a: 'x' });
    expect((await create(group, 'v1', 'b', { spec: { a: 'y' } })).body['spec']).toEqual({ a: 'y' });
  });

  it('have subresources of their own, tell what to use instead, and are no path of the API when they are not served', async () => {
    const group = 'sub.example.com';
    await server.ask('POST', CRDS, { body: defined(group, [only('v1', true, 'one', { subresources: { status: {} } }), only('v1beta1', false, 'two', { deprecated: true }), only('v1alpha1', false, 'two', { served: false })]) });
    await until(widgets(group, 'v1'), (a) => a.status === 200);
    await create(group, 'v1', 'a', {});
    expect((await server.ask('GET', `${widgets(group, 'v1')}/a/status`)).status).toBe(200);
    expect(await server.ask('GET', `${widgets(group, 'v1beta1')}/a/status`)).toMatchObject({ status: 404, body: { message: `widgets.${group} "a" not found` } });
    expect(await server.ask('GET', `${widgets(group, 'v1beta1')}/a`)).toMatchObject({ status: 200, headers: { Warning: [`299 - "${group}/v1beta1 Widget is deprecated; use ${group}/v1 Widget"`] } });
    expect(((await server.ask('GET', `/apis/${group}/v1beta1`)).body['resources'] as { name: string }[]).map((r) => r.name)).toEqual(['widgets']);
    for (const path of [`${widgets(group, 'v1alpha1')}/a`, `/apis/${group}/v1/namespaces/default/gadgets`, `/apis/${group}/v1/widgets/a`]) expect(await server.ask('GET', path)).toMatchObject({ status: 404, text: '404 page not found\n' });
  });

  it('are listed with a token, if only an empty one', async () => {
    expect((await server.ask('GET', widgets('sub.example.com', 'v1'))).body['metadata']).toEqual({ continue: '', resourceVersion: expect.any(String) });
  });
});

describe('a conversion webhook', () => {
  it('shows an object that was written in one version in the other', async () => {
    await define('get.example.com');
    expect(await create('get.example.com', 'v1', 'a', { hostPort: 'localhost:8080' })).toMatchObject({ status: 201, body: { apiVersion: 'get.example.com/v1', hostPort: 'localhost:8080' } });
    const { body } = await server.ask('GET', `${widgets('get.example.com', 'v2')}/a`);
    expect(body).toMatchObject({ apiVersion: 'get.example.com/v2', kind: 'Widget', host: 'localhost', port: '8080' });
    expect(body).not.toHaveProperty('hostPort');
    expect(await create('get.example.com', 'v2', 'b', { host: 'other' })).toMatchObject({ status: 201, body: { apiVersion: 'get.example.com/v2', host: 'other' } });
    expect(await server.ask('GET', `${widgets('get.example.com', 'v1')}/b`)).toMatchObject({ body: { apiVersion: 'get.example.com/v1', hostPort: 'other' } });
  });

  it('shows the defaults of the version in which an object is stored, and what the webhook makes of them', async () => {
    const group = 'default.example.com';
    await define(group);
    webhook.reply = (review) => {
      const { convertedObjects } = convertsAll(review) as { convertedObjects: Json[] };
      return { result: { status: 'Success' }, convertedObjects: convertedObjects.map((o, i) => ({ ...o, ...(requestOf(review).objects[i]?.['tier'] === 't' && { zone: 'of t' }) })) };
    };
    const created = await create(group, 'v2', 'a', { host: 'h' });
    expect(created.body).toMatchObject({ host: 'h', zone: 'of t' });
    expect(webhook.asked.map(({ review }) => requestOf(review).objects[0])).toContainEqual(expect.objectContaining({ apiVersion: `${group}/v2`, zone: 'z' }));
    expect((await server.ask('GET', `${widgets(group, 'v1')}/a`)).body).toMatchObject({ tier: 't' });
  });

  it('converts a list of objects that are stored in several versions in one request', async () => {
    const group = 'list.example.com';
    await define(group);
    await create(group, 'v1', 'a', { hostPort: 'h1:1' });
    await create(group, 'v1', 'b', { hostPort: 'h2:2' });
    await storeV2(group);
    await create(group, 'v2', 'c', { host: 'h3', port: '3' });
    webhook.asked.length = 0;
    expect(await listed(group, 'v2')).toEqual(['a v2 ["h1","1"]', 'b v2 ["h2","2"]', 'c v2 ["h3","3"]']);
    expect(webhook.asked.map(({ review }) => requestOf(review).objects.map((o) => (o as Widget).metadata.name))).toContainEqual(['a', 'b']);
    expect(await listed(group, 'v1')).toEqual(['a v1 "h1:1"', 'b v1 "h2:2"', 'c v1 "h3:3"']);
    const table = await server.ask('GET', widgets(group, 'v2'), { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } });
    expect(table.body['rows']).toMatchObject([{ cells: ['a', expect.anything()] }, { cells: ['b', expect.anything()] }, { cells: ['c', expect.anything()] }]);
  });

  it('rewrites an object in the storage version with its next update', async () => {
    const group = 'migrate.example.com';
    await define(group);
    const before = (await create(group, 'v1', 'a', { hostPort: 'h:1' })).body as Widget;
    await storeV2(group);
    const unchanged = await server.ask('PUT', `${widgets(group, 'v1')}/a`, { body: before });
    expect(unchanged.status).toBe(200);
    expect((unchanged.body as Widget).metadata.resourceVersion).not.toBe(before.metadata.resourceVersion);
    webhook.reply = () => undefined;
    expect(await server.ask('GET', `${widgets(group, 'v2')}/a`)).toMatchObject({ status: 200, body: { host: 'h', port: '1' } });
  });

  it('converts what patches, apply, status and scale write', async () => {
    const group = 'write.example.com';
    await define(group);
    await create(group, 'v1', 'a', { hostPort: 'h:1', spec: { replicas: 1 } });
    expect(await server.ask('PATCH', `${widgets(group, 'v2')}/a`, { headers: MERGE, body: { port: '2' } })).toMatchObject({ status: 200, body: { host: 'h', port: '2', metadata: { generation: 2 } } });
    expect(await server.ask('PATCH', `${widgets(group, 'v2')}/a/status`, { headers: MERGE, body: { status: { ready: true } } })).toMatchObject({ status: 200 });
    expect(await server.ask('GET', `${widgets(group, 'v2')}/a/scale`)).toMatchObject({ status: 200, body: { spec: { replicas: 1 } } });
    expect(await server.ask('PATCH', `${widgets(group, 'v2')}/a/scale`, { headers: MERGE, body: { spec: { replicas: 4 } } })).toMatchObject({ status: 200, body: { spec: { replicas: 4 } } });
    expect(await server.ask('GET', `${widgets(group, 'v1')}/a`)).toMatchObject({ body: { hostPort: 'h:2', spec: { replicas: 4 } } });
    const applied = await server.ask('PATCH', `${widgets(group, 'v2')}/a?fieldManager=me&force=true`, { headers: APPLY, body: { apiVersion: `${group}/v2`, kind: 'Widget', metadata: { name: 'a' }, port: '3' } });
    expect(applied).toMatchObject({ status: 200, body: { host: 'h', port: '3' } });
    expect(await server.ask('GET', `${widgets(group, 'v1')}/a`)).toMatchObject({ body: { hostPort: 'h:3' } });
  });

  it('tells who owns which field of which version', async () => {
    const group = 'own.example.com';
    await define(group);
    await create(group, 'v1', 'a', { hostPort: 'h:1' });
    await server.ask('PATCH', `${widgets(group, 'v2')}/a?fieldManager=other`, { headers: MERGE, body: { port: '2' } });
    const { body } = await server.ask('GET', `${widgets(group, 'v1')}/a`);
    expect((body as Widget).metadata['managedFields']).toEqual([
      expect.objectContaining({ manager: 'creator', apiVersion: `${group}/v1`, fieldsV1: { 'f:tier': {} } }),
      expect.objectContaining({ manager: 'other', apiVersion: `${group}/v2`, fieldsV1: { 'f:port': {}, 'f:zone': {} } }),
    ]);
    const refused = await server.ask('PATCH', `${widgets(group, 'v1')}/a?fieldManager=me`, { headers: APPLY, body: { apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name: 'a' }, hostPort: 'h:5' } });
    expect(refused).toMatchObject({ status: 409, body: { reason: 'Conflict' } });
    webhook.reply = (review) => ({ result: { status: 'Success' }, convertedObjects: (convertsAll(review) as { convertedObjects: Json[] }).convertedObjects.map((o) => ({ ...o, stray: 1 })) });
    const unfit = await server.ask('PATCH', `${widgets(group, 'v1')}/a?fieldManager=me`, { headers: APPLY, body: { apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name: 'a' }, hostPort: 'h:5' } });
    expect(unfit).toMatchObject({ status: 500, body: { message: '.stray: field not declared in schema' } });
  });

  it('is asked for each version that is watched', async () => {
    const group = 'watch.example.com';
    await define(group);
    await create(group, 'v1', 'a', { hostPort: 'h1:1' });
    const both = ['v1', 'v2'].map((v) => watchEvents(server, `${widgets(group, v)}?watch=1`));
    const next = async (): Promise<unknown> => Promise.all(both.map(async (events) => (await events.next()).value));
    expect(await next()).toMatchObject([{ type: 'ADDED', object: { hostPort: 'h1:1' } }, { type: 'ADDED', object: { apiVersion: `${group}/v2`, host: 'h1', port: '1' } }]);
    await create(group, 'v2', 'b', { host: 'h2', port: '2' });
    expect(await next()).toMatchObject([{ type: 'ADDED', object: { hostPort: 'h2:2' } }, { type: 'ADDED', object: { host: 'h2', port: '2' } }]);
    await server.ask('DELETE', `${widgets(group, 'v2')}/a`);
    expect(await next()).toMatchObject([{ type: 'DELETED', object: { hostPort: 'h1:1' } }, { type: 'DELETED', object: { host: 'h1' } }]);
    webhook.reply = () => ({ result: { status: 'Failure', message: 'cannot' } });
    await create(group, 'v1', 'c', { hostPort: 'h3:3' });
    expect(await next()).toMatchObject([{ type: 'ADDED', object: { hostPort: 'h3:3' } }, { type: 'ERROR', object: { code: 500, message: `conversion webhook for ${group}/v1, Kind=Widget failed: cannot` } }]);
    expect(await both[1]?.next()).toMatchObject({ done: true });
    await both[0]?.return();
  });

  it('finds objects by the fields of each version', async () => {
    const group = 'fields.example.com';
    await define(group);
    await create(group, 'v1', 'a', { hostPort: 'h1:1' });
    await create(group, 'v2', 'b', { host: 'h1', port: '2' });
    expect(await listed(group, 'v1', '?fieldSelector=hostPort=h1:1')).toEqual(['a v1 "h1:1"']);
    expect(await listed(group, 'v2', '?fieldSelector=host=h1')).toEqual(['a v2 ["h1","1"]', 'b v2 ["h1","2"]']);
    const events = watchEvents(server, `${widgets(group, 'v2')}?watch=1&fieldSelector=port=2`);
    expect(await events.next()).toMatchObject({ value: { type: 'ADDED', object: { metadata: { name: 'b' } } } });
    await server.ask('PATCH', `${widgets(group, 'v1')}/b`, { headers: MERGE, body: { hostPort: 'h1:9' } });
    expect(await events.next()).toMatchObject({ value: { type: 'DELETED', object: { metadata: { name: 'b' } } } });
    await events.return();
  });

  it('that was not there when an object came is asked when it is looked for by a field of another version', async () => {
    const group = 'late.example.com';
    await define(group);
    webhook.reply = () => ({ result: { status: 'Failure', message: 'not yet' } });
    expect(await create(group, 'v1', 'a', { hostPort: 'h1:1' })).toMatchObject({ status: 201 });
    expect(await server.ask('GET', `${widgets(group, 'v2')}?fieldSelector=port=1`)).toMatchObject({ status: 500, body: { message: `conversion webhook for ${group}/v1, Kind=Widget failed: not yet` } });
    webhook.reply = convertsAll;
    expect(await listed(group, 'v2', '?fieldSelector=port=1')).toEqual(['a v2 ["h1","1"]']);
  });

  it('that answers wrongly makes reads, lists and writes fail', async () => {
    const group = 'wrong.example.com';
    await define(group);
    await create(group, 'v1', 'a', { hostPort: 'h:1' });
    await create(group, 'v1', 'b', { hostPort: 'h:2' });
    webhook.reply = (review) => ({ ...convertsAll(review), convertedObjects: requestOf(review).objects });
    const message = `conversion webhook for ${group}/v1, Kind=Widget returned invalid object at index 0: invalid groupVersion (expected ${group}/v2, received ${group}/v1)`;
    expect(await server.ask('GET', `${widgets(group, 'v2')}/a`)).toMatchObject({ status: 500, body: { message, code: 500 } });
    expect(await server.ask('PATCH', `${widgets(group, 'v2')}/a`, { headers: MERGE, body: { port: '7' } })).toMatchObject({ status: 500, body: { message } });
    expect(await server.ask('DELETE', `${widgets(group, 'v2')}/a`)).toMatchObject({ status: 500, body: { message } });
    expect(await server.ask('GET', widgets(group, 'v2'))).toMatchObject({ status: 500, body: { message: expect.stringContaining('returned invalid converted object at index 0') } });
    expect(await create(group, 'v2', 'c', { host: 'h' })).toMatchObject({ status: 500, body: { message: `conversion webhook for ${group}/v2, Kind=Widget returned invalid object at index 0: invalid groupVersion (expected ${group}/v1, received ${group}/v2)` } });
    expect(await listed(group, 'v1')).toEqual(['a v1 "h:1"', 'b v1 "h:2"']);
  });

  it('behind a service is found there, and asked in the version it takes', async () => {
    const group = 'service.example.com';
    await define(group, { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1beta1'], clientConfig: { service: { namespace: 'default', name: 'hook', path: '/behind', port: webhook.port }, caBundle: webhook.caBundle } } });
    await create(group, 'v1', 'a', { hostPort: 'h:1' });
    const asked = `conversion webhook for ${group}/v1, Kind=Widget failed: Post "https://hook.default.svc:${webhook.port}/behind?timeout=30s": service "hook" not found`;
    expect(await server.ask('GET', `${widgets(group, 'v2')}/a`)).toMatchObject({ status: 500, body: { message: asked } });
    await server.ask('POST', '/api/v1/namespaces/default/services', { body: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'hook' }, spec: { type: 'ExternalName', externalName: 'localhost' } } });
    webhook.asked.length = 0;
    expect(await server.ask('GET', `${widgets(group, 'v2')}/a`)).toMatchObject({ status: 200, body: { host: 'h', port: '1' } });
    expect(webhook.asked).toMatchObject([{ path: '/behind?timeout=30s', review: { apiVersion: 'apiextensions.k8s.io/v1beta1', kind: 'ConversionReview' } }]);
  });

  it('changes no more of the metadata than labels and annotations', async () => {
    const group = 'meta.example.com';
    await define(group);
    await create(group, 'v1', 'a', { hostPort: 'h:1' });
    webhook.reply = (review) => {
      const { convertedObjects } = convertsAll(review) as { convertedObjects: Widget[] };
      return { result: { status: 'Success' }, convertedObjects: convertedObjects.map((o) => ({ ...o, stray: 1, metadata: { ...o.metadata, generation: 99, labels: { from: 'webhook' } } })) };
    };
    const { body } = await server.ask('GET', `${widgets(group, 'v2')}/a`);
    expect(body).toMatchObject({ metadata: { generation: 1, labels: { from: 'webhook' } } });
    expect(body).not.toHaveProperty('stray');
  });

  it('is counted', async () => {
    const { text: scraped } = await server.ask('GET', '/metrics');
    expect(scraped).toMatch(/^apiserver_conversion_webhook_request_total\{result="success",failure_type=""\} [1-9]/m);
    expect(scraped).toMatch(/^apiserver_conversion_webhook_request_total\{result="failure",failure_type="conversion_webhook_malformed_response_failure"\} [1-9]/m);
    expect(scraped).toMatch(/^apiserver_crd_conversion_webhook_duration_seconds_count\{crd_name="widgets.get.example.com",from_version="v1",to_version="v2",succeeded="true"\} [1-9]/m);
  });

  it('with a bundle that holds no certificate keeps its definition from being established', async () => {
    const bad = { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1'], clientConfig: { url: 'https://127.0.0.1:9/x', caBundle: btoa('nonsense') } } };
    const spec = { group: 'bad.example.com', scope: 'Namespaced', names: { plural: 'widgets', kind: 'Widget' }, versions: [v1(true)], conversion: bad };
    expect(await server.ask('POST', CRDS, { body: { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'widgets.bad.example.com' }, spec } })).toMatchObject({ status: 201 });
    const { body } = await until(`${CRDS}/widgets.bad.example.com`, (a) => ((a.body['status'] as Json)['conditions'] as unknown[] | null) !== null);
    expect(body['status']).toMatchObject({ conditions: [{ type: 'NamesAccepted', status: 'True' }, { type: 'Established', status: 'False', reason: 'InvalidCABundle', message: 'The conversion webhook CABundle is invalid' }] });
    const patched = await server.ask('PATCH', `${CRDS}/widgets.get.example.com`, { headers: MERGE, body: { spec: { conversion: bad } } });
    expect(patched).toMatchObject({ status: 422, body: { message: expect.stringContaining('spec.conversion.webhookClientConfig.caBundle: Invalid value: "bm9uc2Vuc2U=": unable to load root certificates: unable to parse bytes as PEM block') } });
  });
});
