import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newTestEngine, type TestEngine } from '../../registry/testing/engine.ts';
import { widgets } from '../../registry/testing/widgets.ts';
import { jsonOf, newTestServer, type TestServer } from './testing/rest-server.ts';

const PATH = '/api/v1/namespaces/default/configmaps';
const SCHEME = 'in scheme "pkg/runtime/scheme.go:111"';
let engine: TestEngine;
let server: TestServer;

beforeEach(async () => {
  engine = await newTestEngine([widgets()]);
  server = newTestServer(engine);
  await server.call('POST', PATH, { metadata: { name: 'a' }, data: { k: 'v' } });
});
afterEach(() => engine.close());

const last = (message: unknown): string => String(message).replace(/^[\s\S]*": /, '');

describe('what a patched object says it is', () => {
  const merged = async (body: unknown, query = ''): Promise<{ status: number; message: string; warnings: readonly string[] }> => {
    const answer = await server.send({ method: 'PATCH', path: `${PATH}/a${query}`, body, headers: { 'content-type': 'application/merge-patch+json' } });
    return { status: answer.status, message: last((await jsonOf(answer))['message']), warnings: answer.warnings };
  };
  const nameless = 'the name of the object (a based on URL) was undeterminable: name must be provided';

  it.each([
    ['nothing about its version', { apiVersion: null }, 400, nameless],
    ['nothing at all', { apiVersion: null, kind: null }, 400, nameless],
    ['nothing about its kind', { kind: null }, 200, 'undefined'],
    ['an unknown version', { apiVersion: 'v2' }, 422, `no kind "ConfigMap" is registered for version "v2" ${SCHEME}`],
    ['an unknown kind', { kind: 'Foo' }, 422, `no kind "Foo" is registered for version "v1" ${SCHEME}`],
    ['an unknown kind without a version', { kind: 'Foo', apiVersion: null }, 422, `no kind "Foo" is registered for the internal version of group "" ${SCHEME}`],
    ['another kind', { kind: 'Pod' }, 422, 'converting (v1.Pod) to (core.ConfigMap): unknown conversion'],
    ['another kind without a version', { kind: 'Pod', apiVersion: null }, 422, 'converting (core.Pod) to (core.ConfigMap): unknown conversion'],
    ['another group and kind', { apiVersion: 'apps/v1', kind: 'Deployment' }, 422, 'converting (v1.Deployment) to (core.ConfigMap): unknown conversion'],
    ['no version', { apiVersion: 'a/b/c' }, 422, 'unexpected GroupVersion string: a/b/c'],
    ['a number', { apiVersion: 7 }, 422, "couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .apiVersion of type string"],
  ])('counts when it says %s', async (_, body, status, message) => {
    expect(await merged(body)).toMatchObject({ status, message });
  });

  it('makes all fields unknown when there is no version', async () => {
    expect(await merged({ apiVersion: null, nope: 1 }, '?fieldValidation=Warn')).toMatchObject({ status: 400, warnings: ['unknown field "data"', 'unknown field "metadata"', 'unknown field "nope"'] });
    expect(await merged({ apiVersion: null }, '?fieldValidation=Strict')).toMatchObject({ status: 422, message: 'strict decoding error: unknown field "data", unknown field "metadata"' });
  });
});

describe('what a body says it is', () => {
  it.each([
    [{ apiVersion: 'v2' }, `ConfigMap in version "v2" cannot be handled as a ConfigMap: no kind "ConfigMap" is registered for version "v2" ${SCHEME}`],
    [{ apiVersion: 'v1', kind: 'Status' }, 'Status in version "v1" cannot be handled as a ConfigMap: converting (v1.Status) to (core.ConfigMap): unknown conversion'],
    [{ apiVersion: 'a/b/c' }, 'the object provided is unrecognized (must be of type ConfigMap): unexpected GroupVersion string: a/b/c ({"kind":"ConfigMap","apiVersio ...)'],
  ])('is refused for %j', async (stated, message) => {
    const { status, body } = await server.call('PUT', `${PATH}/a`, { kind: 'ConfigMap', ...stated, metadata: { name: 'a' } });
    expect([status, body['message']]).toEqual([400, message]);
  });
});
