/**
 * What every stored resource promises over REST, whatever it is: runs over each ResourceDefinition against any server that `call` reaches.
 * Neighbours: test/ and api/endpoints hand in how a request is sent and an object of each resource. Deviations are named with reasons.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { apiVersionOf, type JsonObject } from '../../apimachinery/meta.ts';
import type { ResourceDefinition, Version } from '../generic/definition.ts';

export interface RestAnswer {
  readonly status: number;
  /** Parsed JSON. */
  readonly body: JsonObject;
}

export interface RestServer {
  /** `path` with query, encoded; a body is sent as JSON under `contentType` (default application/json). */
  call(method: string, path: string, body?: unknown, contentType?: string): Promise<RestAnswer>;
  /** The events of a watch from its start until `count` have come. */
  watch(path: string, count: number): Promise<readonly { readonly type: string; readonly object: JsonObject }[]>;
}

export type RestTest = 'create' | 'get' | 'list' | 'watch' | 'update' | 'patch' | 'dry-run' | 'finalizers' | 'delete' | 'generate-name' | 'field-validation';

export interface RestContract {
  readonly definitions: readonly ResourceDefinition[];
  /** A running server, shared by all tests. */
  server(): RestServer;
  /** A valid object without apiVersion, kind, namespace and name; undefined: the resource is left out. */
  sampleOf(definition: ResourceDefinition): JsonObject | undefined;
  readonly namespace: string;
  readonly skip?: readonly { readonly storedAs: string; readonly tests: readonly RestTest[]; readonly reason: string }[];
}

interface Subject {
  readonly server: RestServer;
  readonly collection: string;
  readonly version: Version;
  object(name: string): JsonObject;
}

export function runRestContract(contract: RestContract): void {
  for (const definition of contract.definitions) {
    const sample = definition.backing === 'stored' ? contract.sampleOf(definition) : undefined;
    if (sample) describe(`the REST contract of ${definition.storedAs}`, () => runOne(contract, definition, sample));
  }
}

function runOne(contract: RestContract, definition: ResourceDefinition, sample: JsonObject): void {
  const skipped = new Set((contract.skip ?? []).filter((s) => s.storedAs === definition.storedAs).flatMap((s) => s.tests));
  const verbs = definition.verbs ?? ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
  let subject: Subject;
  beforeEach(() => {
    subject = subjectOf(contract, definition, sample);
  });
  afterEach(async () => {
    await subject.server.call('DELETE', `${subject.collection}/contract-a?gracePeriodSeconds=0`);
  });
  for (const [name, needs, title, run] of TESTS) {
    if (!skipped.has(name) && needs.every((v) => (verbs as readonly string[]).includes(v))) it(title, () => run(subject));
  }
}

function subjectOf(contract: RestContract, definition: ResourceDefinition, sample: JsonObject): Subject {
  const [version] = definition.versions.filter((v) => v.served);
  if (!version) throw new Error(`${definition.storedAs} is not served`);
  const root = version.gvk.group === '' ? '/api' : '/apis';
  const namespaced = definition.scope === 'Namespaced';
  const collection = `${root}/${apiVersionOf(version.gvk)}${namespaced ? `/namespaces/${contract.namespace}` : ''}/${version.plural}`;
  const head = { apiVersion: apiVersionOf(version.gvk), kind: version.gvk.kind };
  return { server: contract.server(), collection, version, object: (name) => ({ ...sample, ...head, metadata: { ...(sample['metadata'] as object | undefined), name } }) };
}

const NAME = 'contract-a';
const one = (s: Subject): string => `${s.collection}/${NAME}`;
const metaOf = (body: JsonObject): JsonObject => body['metadata'] as JsonObject;
const MERGE = 'application/merge-patch+json';

async function created(s: Subject): Promise<JsonObject> {
  const { status, body } = await s.server.call('POST', s.collection, s.object(NAME));
  expect({ status, body }).toMatchObject({ status: 201 });
  return body;
}

type Test = readonly [name: RestTest, needs: readonly string[], title: string, run: (s: Subject) => Promise<void>];

const TESTS: readonly Test[] = [
  ['create', ['create', 'get'], 'serves what it created, once', async (s) => {
    const body = await created(s);
    expect(metaOf(body)).toMatchObject({ name: NAME, uid: expect.any(String), resourceVersion: expect.stringMatching(/^\d+$/), creationTimestamp: expect.any(String) });
    expect((await s.server.call('GET', one(s))).body).toEqual(body);
    expect(await s.server.call('POST', s.collection, s.object(NAME))).toMatchObject({ status: 409, body: { reason: 'AlreadyExists' } });
  }],
  ['get', ['get'], 'has no object that nobody created', async (s) => {
    expect(await s.server.call('GET', `${s.collection}/contract-none`)).toMatchObject({ status: 404, body: { reason: 'NotFound', details: { name: 'contract-none', kind: s.version.plural } } });
  }],
  ['list', ['create', 'list'], 'lists it without kind and apiVersion, at a revision', async (s) => {
    const body = await created(s);
    const { kind: _, apiVersion: __, ...item } = body;
    const list = await s.server.call('GET', `${s.collection}?fieldSelector=metadata.name%3D${NAME}`);
    expect(list).toMatchObject({ status: 200, body: { kind: s.version.listKind, metadata: { resourceVersion: expect.stringMatching(/^\d+$/) } } });
    expect((list.body['items'] as JsonObject[])[0]).toMatchObject(item);
  }],
  ['watch', ['create', 'watch', 'patch'], 'tells a watcher of its creation, change and end', async (s) => {
    const body = await created(s);
    const from = Number(metaOf(body)['resourceVersion']) - 1;
    await s.server.call('PATCH', one(s), { metadata: { labels: { contract: 'yes' } } }, MERGE);
    const events = await s.server.watch(`${s.collection}?watch=1&fieldSelector=metadata.name%3D${NAME}&resourceVersion=${from}`, 2);
    expect(events.map((e) => e.type)).toEqual(['ADDED', 'MODIFIED']);
    expect(events[0]?.object).toEqual(body);
    expect(metaOf(events[1]?.object ?? {})['labels']).toMatchObject({ contract: 'yes' });
  }],
  ['update', ['create', 'update'], 'refuses an update of an older revision', async (s) => {
    const body = await created(s);
    const first = await s.server.call('PUT', one(s), { ...body, metadata: { ...metaOf(body), labels: { contract: '1' } } });
    expect(first).toMatchObject({ status: 200, body: { metadata: { labels: { contract: '1' } } } });
    expect(await s.server.call('PUT', one(s), { ...body, metadata: { ...metaOf(body), labels: { contract: '2' } } })).toMatchObject({ status: 409, body: { reason: 'Conflict' } });
  }],
  ['patch', ['create', 'patch'], 'writes nothing for a patch that changes nothing', async (s) => {
    await created(s);
    const patch = { metadata: { annotations: { contract: 'yes' } } };
    const first = await s.server.call('PATCH', one(s), patch, MERGE);
    const second = await s.server.call('PATCH', one(s), patch, MERGE);
    expect(second).toMatchObject({ status: 200, body: { metadata: { resourceVersion: metaOf(first.body)['resourceVersion'] } } });
  }],
  ['dry-run', ['create', 'get'], 'keeps nothing of a dry run', async (s) => {
    expect(await s.server.call('POST', `${s.collection}?dryRun=All`, s.object(NAME))).toMatchObject({ status: 201 });
    expect(await s.server.call('GET', one(s))).toMatchObject({ status: 404 });
  }],
  ['finalizers', ['create', 'patch', 'delete', 'get'], 'waits for finalizers before it goes', async (s) => {
    await created(s);
    await s.server.call('PATCH', one(s), { metadata: { finalizers: ['example.com/contract'] } }, MERGE);
    await s.server.call('DELETE', `${one(s)}?gracePeriodSeconds=0`);
    expect(await s.server.call('GET', one(s))).toMatchObject({ status: 200, body: { metadata: { deletionTimestamp: expect.any(String) } } });
    await s.server.call('PATCH', one(s), { metadata: { finalizers: null } }, MERGE);
    expect(await s.server.call('GET', one(s))).toMatchObject({ status: 404 });
  }],
  ['delete', ['create', 'delete', 'get'], 'refuses to delete another uid, then deletes its own', async (s) => {
    const body = await created(s);
    expect(await s.server.call('DELETE', one(s), { preconditions: { uid: 'other' } })).toMatchObject({ status: 409 });
    expect(await s.server.call('DELETE', one(s), { gracePeriodSeconds: 0, preconditions: { uid: metaOf(body)['uid'] } })).toMatchObject({ status: 200 });
    expect(await s.server.call('GET', one(s))).toMatchObject({ status: 404 });
  }],
  ['generate-name', ['create'], 'makes a name where only its beginning is given', async (s) => {
    const { name: _, ...metadata } = metaOf(s.object(NAME));
    const { status, body } = await s.server.call('POST', `${s.collection}?dryRun=All`, { ...s.object(NAME), metadata: { ...metadata, generateName: 'contract-' } });
    expect({ status, name: metaOf(body)['name'] }).toEqual({ status: 201, name: expect.stringMatching(/^contract-[a-z0-9]{5}$/) });
  }],
  ['field-validation', ['create'], 'refuses unknown fields when asked to', async (s) => {
    const answer = await s.server.call('POST', `${s.collection}?dryRun=All&fieldValidation=Strict`, { ...s.object(NAME), contract: 1 });
    expect(answer).toMatchObject({ status: 400, body: { message: expect.stringContaining('strict decoding error: unknown field "contract"') } });
  }],
];
