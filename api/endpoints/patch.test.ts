import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../apimachinery/meta.ts';
import { newTestEngine, type TestEngine } from '../../registry/testing/engine.ts';
import { widgets } from '../../registry/testing/widgets.ts';
import { newTestServer, type TestServer } from './testing/rest-server.ts';

const PATH = '/api/v1/namespaces/default/configmaps';
const APPLY = 'application/apply-patch+yaml';
let engine: TestEngine;
let server: TestServer;

beforeEach(async () => {
  engine = await newTestEngine([widgets()]);
  server = newTestServer(engine);
  await server.call('POST', PATH, { metadata: { name: 'a', labels: { app: 'x' }, finalizers: ['example.com/one'] }, data: { k: 'v', other: 'w' } });
});
afterEach(() => engine.close());

const patch = (type: string, body: unknown, query = ''): ReturnType<TestServer['call']> => server.call('PATCH', `${PATH}/a${query}`, body, type);
const data = ({ body }: { readonly body: JsonObject }): unknown => body['data'];

describe('a patch', () => {
  it('of JSON does its operations in order', async () => {
    const answer = await patch('application/json-patch+json', [
      { op: 'test', path: '/data/k', value: 'v' },
      { op: 'move', from: '/data/k', path: '/data/moved' },
      { op: 'remove', path: '/data/other' },
    ]);
    expect([answer.status, data(answer)]).toEqual([200, { moved: 'v' }]);
  });

  it('of JSON is refused as a whole when a test fails', async () => {
    const answer = await patch('application/json-patch+json', [
      { op: 'remove', path: '/data/other' },
      { op: 'test', path: '/data/k', value: 'else' },
    ]);
    const after = await server.call('GET', `${PATH}/a`);
    expect([answer.status, answer.body['reason'], data(after)]).toEqual([422, 'Invalid', { k: 'v', other: 'w' }]);
  });

  it('merges, and null removes', async () => {
    expect(data(await patch('application/merge-patch+json', { data: { k: null, more: 'm' } }))).toEqual({ other: 'w', more: 'm' });
  });

  it('merges lists where the type says so when it is strategic', async () => {
    const { body } = await patch('application/strategic-merge-patch+json', { metadata: { finalizers: ['example.com/two'] } });
    expect(body['metadata']).toMatchObject({ finalizers: ['example.com/two', 'example.com/one'] });
  });

  it('of an unknown type is refused as a router would', async () => {
    const answer = await patch('text/plain', '{}');
    expect([answer.status, answer.body['message']]).toEqual([415, '415: Unsupported Media Type']);
  });

  it('that changes nothing writes nothing', async () => {
    const before = engine.set.revision;
    await patch('application/merge-patch+json', { data: { k: 'v' } });
    expect(engine.set.revision).toBe(before);
  });

  it('counts on the revision that it names', async () => {
    const answer = await patch('application/merge-patch+json', { metadata: { resourceVersion: '1' }, data: { k: 'x' } });
    expect([answer.status, answer.body['message']]).toEqual([409, 'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again']);
  });

  it('forgets ownership when it sends an empty list of it', async () => {
    const { body } = await patch('application/merge-patch+json', { metadata: { managedFields: [] } });
    expect(body['metadata']).not.toHaveProperty('managedFields');
  });

  it('keeps members that are named like what objects inherit', async () => {
    const { body } = await patch('application/merge-patch+json', '{"data":{"__proto__":"p","constructor":"c"}}');
    expect(JSON.stringify(body['data'])).toBe('{"__proto__":"p","constructor":"c","k":"v","other":"w"}');
  });

  it('may not rename', async () => {
    expect((await patch('application/merge-patch+json', { metadata: { name: 'b' } })).status).toBe(400);
  });
});

describe('server-side apply', () => {
  const applied = (manager: string, values: object, more = ''): ReturnType<TestServer['call']> =>
    patch(APPLY, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: values }, `?fieldManager=${manager}${more}`);

  it('removes what its manager no longer applies', async () => {
    await applied('one', { mine: '1', gone: '2' });
    expect(data(await applied('one', { mine: '1' }))).toEqual({ k: 'v', other: 'w', mine: '1' });
  });

  it('conflicts where another owns the value, unless it is forced', async () => {
    await applied('one', { mine: '1' });
    const conflict = await applied('two', { mine: '2' });
    expect([conflict.status, conflict.body['message']]).toEqual([409, 'Apply failed with 1 conflict: conflict with "one": .data.mine']);
    expect(data(await applied('two', { mine: '2' }, '&force=true'))).toMatchObject({ mine: '2' });
  });

  it('creates what does not exist', async () => {
    const answer = await server.call('PATCH', `${PATH}/new?fieldManager=one`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'new' }, data: { a: 'b' } }, APPLY);
    expect([answer.status, data(answer)]).toEqual([201, { a: 'b' }]);
  });

  it('cannot convert what fits no type', async () => {
    const unreadable = await patch(APPLY, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', managedFields: [{ time: 'yesterday' }] } }, '?fieldManager=one');
    expect([unreadable.status, unreadable.body['message']]).toEqual([
      500,
      'failed to convert new object (/a; /v1, Kind=ConfigMap) to proper version: unable to convert unstructured object to /v1, Kind=ConfigMap: parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"',
    ]);
    const binary = await patch(APPLY, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, binaryData: { x: '!' } }, '?fieldManager=one');
    expect(binary.body['message']).toMatch(/: error decoding from json: illegal base64 data at input byte 0$/);
  });

  it('needs a manager', async () => {
    const answer = await patch(APPLY, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } });
    expect([answer.status, answer.body['message']]).toEqual([422, 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch']);
  });
});
