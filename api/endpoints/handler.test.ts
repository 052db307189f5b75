import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../apimachinery/meta.ts';
import type { WatchEvent } from '../../apimachinery/http.ts';
import type { ConfigMap } from '../../apimachinery/types/core.gen.ts';
import { selectable } from '../../registry/generic/define.ts';
import { newTestEngine, type TestEngine } from '../../registry/testing/engine.ts';
import { widgets } from '../../registry/testing/widgets.ts';
import { jsonOf, newTestServer, textOf, type TestServer } from './testing/rest-server.ts';

const PATH = '/api/v1/namespaces/default/configmaps';
let engine: TestEngine;
let server: TestServer;

beforeEach(async () => {
  engine = await newTestEngine([widgets({}, { selectableFields: [selectable<ConfigMap>('data.color', (cm) => cm.data?.['color'], { indexed: true })] })]);
  server = newTestServer(engine);
});
afterEach(() => engine.close());

const post = async (name: string, more: object = {}): Promise<JsonObject> => (await server.call('POST', PATH, { metadata: { name, ...('labels' in more ? { labels: more.labels } : {}) }, ...more })).body;
const revisionOf = (body: JsonObject): string => (body['metadata'] as { resourceVersion: string }).resourceVersion;
const namesOf = (list: JsonObject): string[] => (list['items'] as { metadata: { name: string } }[]).map((i) => i.metadata.name);

async function watchedBy(path: string, act: () => Promise<unknown>, count: number): Promise<readonly WatchEvent[]> {
  const end = new AbortController();
  const { body } = await server.send({ path, accepts: 'objects', signal: end.signal });
  if (body.kind !== 'events') throw new Error('this is no watch');
  await act();
  const seen: WatchEvent[] = [];
  for await (const batch of body.events) {
    seen.push(...batch);
    if (seen.length >= count) break;
  }
  end.abort();
  return seen;
}

describe('paths', () => {
  const rows: readonly (readonly [method: string, path: string, status: number])[] = [
    ['GET', '/api/v1/namespaces/default/nothings', 404],
    ['GET', '/api/v1/configmaps/a', 404],
    ['GET', `${PATH}/a/bogus`, 404],
    ['DELETE', '/api/v1/configmaps', 405],
    ['POST', '/api/v1/configmaps', 405],
    ['POST', `${PATH}/a/status`, 405],
    ['POST', '/api/v1/watch/namespaces/default/configmaps', 405],
  ];
  it.each(rows)('%s %s is answered as a router would: %d', async (method, path, status) => {
    const { status: got, body } = await server.call(method, path);
    expect({ got, details: body['details'] }).toEqual({ got: status, details: {} });
  });

  it('answers in plain text where no such group is served', async () => {
    const answer = await server.send({ path: '/apis/none/v1/things' });
    expect([answer.status, await textOf(answer)]).toEqual([404, '404 page not found\n']);
  });
});

describe('bodies', () => {
  it('are refused in the words of the decoder', async () => {
    const { body } = await server.call('POST', PATH, '{"metadata":');
    expect(body).toMatchObject({ code: 400, message: 'the object provided is unrecognized (must be of type ConfigMap): couldn\'t get version/kind; json parse error: unexpected end of JSON input ({"metadata":)' });
  });

  it('may not name another kind, version, name or namespace', async () => {
    await post('a');
    const refusals = [
      await server.call('POST', PATH, { kind: 'Thing', apiVersion: 'v1', metadata: { name: 'b' } }),
      await server.call('PUT', `${PATH}/a`, { metadata: { name: 'b' } }),
      await server.call('POST', PATH, { metadata: { name: 'b', namespace: 'other' } }),
    ];
    expect(refusals.map((r) => [r.status, r.body['message']])).toEqual([
      [400, expect.stringContaining('Thing in version "v1" cannot be handled as a ConfigMap: no kind "Thing" is registered')],
      [400, 'the name of the object (b) does not match the name on the URL (a)'],
      [400, 'the namespace of the provided object does not match the namespace sent on the request'],
    ]);
  });

  it('warn of unknown fields, refuse them or say nothing, as asked', async () => {
    const body = { metadata: { name: 'w' }, bogus: 1 };
    const send = (query: string): ReturnType<TestServer['send']> => server.send({ method: 'POST', path: `${PATH}?dryRun=All${query}`, body });
    expect((await send('')).warnings).toEqual(['unknown field "bogus"']);
    expect((await send('&fieldValidation=Ignore')).warnings).toEqual([]);
    expect((await send('&fieldValidation=Strict')).status).toBe(400);
  });

  it('may be YAML or protobuf, and so may answers', async () => {
    const yaml = await server.send({ method: 'POST', path: PATH, body: 'metadata:\n  name: yaml\ndata:\n  k: v\n', headers: { 'content-type': 'application/yaml', accept: 'application/vnd.kubernetes.protobuf' } });
    expect(yaml.headers['Content-Type']).toBe('application/vnd.kubernetes.protobuf');
    const bytes = yaml.body.kind === 'bytes' ? yaml.body.bytes : new Uint8Array(0);
    const again = await server.send({ method: 'PUT', path: `${PATH}/yaml`, body: bytes, headers: { 'content-type': 'application/vnd.kubernetes.protobuf' } });
    expect(await jsonOf(again)).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'yaml' }, data: { k: 'v' } });
  });
});

describe('lists', () => {
  it('come in pages that show one revision', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await post(name);
    const first = (await server.call('GET', `${PATH}?limit=3`)).body;
    const meta = first['metadata'] as { continue: string; remainingItemCount: number; resourceVersion: string };
    expect([namesOf(first), meta.remainingItemCount]).toEqual([['a', 'b', 'c'], 1]);
    await server.call('DELETE', `${PATH}/d`);
    const second = (await server.call('GET', `${PATH}?limit=3&continue=${meta.continue}`)).body;
    expect([namesOf(second), revisionOf(second)]).toEqual([['d'], meta.resourceVersion]);
  });

  it('select by labels and fields', async () => {
    await post('a', { labels: { app: 'x' }, data: { color: 'red' } });
    await post('b', { labels: { app: 'x' }, data: { color: 'blue' } });
    const of = async (query: string): Promise<string[]> => namesOf((await server.call('GET', `${PATH}?${query}`)).body);
    expect(await of('labelSelector=app%3Dx')).toEqual(['a', 'b']);
    expect(await of('fieldSelector=data.color%3Dblue')).toEqual(['b']);
    expect(await of('fieldSelector=data.color!%3Dblue')).toEqual(['a']);
    expect(await of('fieldSelector=metadata.name%3Da,data.color%3Dblue')).toEqual([]);
    expect((await server.call('GET', `${PATH}?fieldSelector=x%3Dy`)).body['message']).toBe('field label not supported: x');
  });

  it('show an older revision exactly when asked to', async () => {
    const a = await post('a');
    await post('b');
    expect(namesOf((await server.call('GET', `${PATH}?resourceVersion=${revisionOf(a)}&resourceVersionMatch=Exact`)).body)).toEqual(['a']);
  });

  it('refuse a revision that has not happened', async () => {
    expect((await server.call('GET', `${PATH}?resourceVersion=999999`)).body).toMatchObject({ code: 504, message: expect.stringMatching(/^Timeout: Too large resource version: 999999, current: \d+$/) });
  });

  it('may be tables or metadata', async () => {
    await post('a', { data: { k: 'v' } });
    const as = async (kind: string): Promise<JsonObject> => jsonOf(await server.send({ path: PATH, headers: { accept: `application/json;as=${kind};v=v1;g=meta.k8s.io` } }));
    expect(await as('Table')).toMatchObject({ kind: 'Table', rows: [{ cells: ['a', '0s'], object: { kind: 'PartialObjectMetadata', metadata: { name: 'a' } } }] });
    expect(await as('PartialObjectMetadataList')).toMatchObject({ items: [{ kind: 'PartialObjectMetadata', metadata: { name: 'a' } }] });
    expect(await as('PartialObjectMetadata')).toMatchObject({ code: 406, message: 'you requested PartialObjectMetadata, but the requested object is a list (*core.ConfigMapList)' });
  });
});

describe('watches', () => {
  it('begin with the state when they name no revision, and mark its end when asked to', async () => {
    await post('a');
    const events = await watchedBy(`${PATH}?watch=1&allowWatchBookmarks=true`, () => post('b'), 3);
    expect(events.map((e) => [e.type, e.object.metadata.name])).toEqual([
      ['ADDED', 'a'],
      ['BOOKMARK', undefined],
      ['ADDED', 'b'],
    ]);
    expect(events[1]?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
  });

  it('tell of what leaves a selector as deleted', async () => {
    const a = await post('a', { data: { color: 'red' } });
    const change = (): Promise<unknown> => server.call('PUT', `${PATH}/a`, { metadata: { name: 'a' }, data: { color: 'blue' } });
    const [event] = await watchedBy(`${PATH}?watch=1&fieldSelector=data.color%3Dred&resourceVersion=${revisionOf(a)}`, change, 1);
    expect(event).toMatchObject({ type: 'DELETED', object: { data: { color: 'red' } } });
    expect(Number(event?.object.metadata.resourceVersion)).toBeGreaterThan(Number(revisionOf(a)));
  });

  it('are lines of JSON on the wire, and end with their time', async () => {
    const a = await post('a');
    await post('b');
    const { body, headers } = await server.send({ path: `${PATH}?watch=1&resourceVersion=${revisionOf(a)}&timeoutSeconds=5` });
    expect([headers['Content-Type'], body.kind]).toEqual(['application/json', 'stream']);
    if (body.kind !== 'stream') return;
    const chunks = (body.chunks as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    const first = await chunks.next();
    expect(JSON.parse(new TextDecoder().decode(first.value as Uint8Array))).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'b' } } });
    const end = chunks.next();
    engine.clock.step(5000);
    expect(await end).toMatchObject({ done: true });
  });

  it('tell of a revision that is gone as an event', async () => {
    const a = await post('a');
    for (let i = 0; i < 3; i++) await server.call('PUT', `${PATH}/a`, { metadata: { name: 'a' }, data: { i: String(i) } });
    await engine.storage.compact(await engine.storage.currentRevision());
    const fresh = await newTestEngineOver(engine);
    const [event] = await fresh.watch(`${PATH}?watch=1&resourceVersion=${revisionOf(a)}`, 1);
    expect(event).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
  });
});

/** A server that starts on what another left. */
async function newTestEngineOver(before: TestEngine): Promise<TestServer> {
  const over = await newTestEngine([widgets()], { storage: before.storage });
  return newTestServer(over);
}

describe('deletecollection', () => {
  it('deletes what the selectors match and lists it', async () => {
    await post('a', { labels: { app: 'x' } });
    await post('b');
    const { status, body } = await server.call('DELETE', `${PATH}?labelSelector=app%3Dx`);
    expect([status, namesOf(body)]).toEqual([200, ['a']]);
    expect(namesOf((await server.call('GET', PATH)).body)).toEqual(['b']);
  });
});
