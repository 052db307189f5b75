import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newTestEngine, type TestEngine } from '../../registry/testing/engine.ts';
import { widgets } from '../../registry/testing/widgets.ts';
import { jsonOf, newTestServer, textOf, type TestServer } from './testing/rest-server.ts';

const NS = '/api/v1/namespaces/default';
let engine: TestEngine;
let server: TestServer;

beforeAll(async () => {
  engine = await newTestEngine([widgets()]);
  server = newTestServer(engine);
});
afterAll(() => engine.close());

const NOT_FOUND = 'the server could not find the requested resource';
const NOT_ALLOWED = 'the server does not allow this method on the requested resource';
const LISTED = 'application/json, application/yaml, application/vnd.kubernetes.protobuf, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch';

describe('a path', () => {
  it.each([
    ['POST', `${NS}/configmaps/a`, 405, NOT_ALLOWED],
    ['PUT', `${NS}/configmaps`, 405, NOT_ALLOWED],
    ['PATCH', `${NS}/configmaps/`, 405, NOT_ALLOWED],
    ['POST', '/api/v1/configmaps', 405, NOT_ALLOWED],
    ['GET', '/api/v1/configmaps/a', 404, NOT_FOUND],
    ['GET', `${NS}/nothing`, 404, NOT_FOUND],
    ['POST', '/api/v1/watch/namespaces/default/configmaps', 405, NOT_ALLOWED],
    ['GET', '/api/v1/watch/namespaces/default/configmaps/a/status', 404, NOT_FOUND],
    ['GET', `${NS}/configmaps/..`, 400, `Name parameter invalid: "..": may not be '..'`],
    ['DELETE', `${NS}/configmaps/a%25b`, 400, `Name parameter invalid: "a%b": may not contain '%'`],
  ])('is answered as upstream’s router does: %s %s', async (method, path, status, message) => {
    const answer = await server.send({ method, path, body: '{}', headers: { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' } });
    expect([answer.status, (await jsonOf(answer))['message']]).toEqual([status, message]);
  });

  it('has no HEAD where upstream routes none', async () => {
    expect((await server.send({ method: 'HEAD', path: `${NS}/configmaps` })).status).toBe(405);
  });

  it('that begins with two slashes is no path of the API', async () => {
    expect(await textOf(await server.send({ path: '//api/v1/configmaps' }))).toBe('404 page not found\n');
  });

  it.each([
    [`${NS}/configmaps`, 'text/html', `406: Not Acceptable\n\nAvailable representations: ${LISTED}`],
    [`${NS}/configmaps/a`, 'application/*', '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf'],
    [`${NS}/configmaps`, 'application/json;as=Chair;v=v1;g=meta.k8s.io', 'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf'],
  ])('says what it can be shown as: %s as %s', async (path, accept, message) => {
    const answer = await server.send({ path, headers: { accept } });
    expect([answer.status, (await jsonOf(answer))['message']]).toEqual([406, message]);
  });
});
