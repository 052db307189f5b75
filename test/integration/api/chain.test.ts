import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newMemoryApiServer, type TestServer } from './memory-api-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await newMemoryApiServer();
});
afterAll(() => server.stop());

describe('the handler chain', () => {
  it('answers 401 to nobody, and lets nobody see health', async () => {
    expect(await server.ask('GET', '/api/v1/pods', { token: '' })).toMatchObject({ status: 401, body: { message: 'Unauthorized', reason: 'Unauthorized' } });
    expect(await server.ask('GET', '/readyz', { token: '' })).toMatchObject({ status: 200, text: 'ok' });
    expect(await server.ask('GET', '/healthz', { token: 'wrong' })).toMatchObject({ status: 401 });
  });

  it("refuses with upstream's words", async () => {
    const headers = { 'impersonate-user': 'jane' };
    const listed = await server.ask('GET', '/api/v1/namespaces/default/pods', { headers });
    expect(listed).toMatchObject({ status: 403, body: { message: 'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"', details: { kind: 'pods' } } });
    const scaled = await server.ask('GET', '/apis/apps/v1/namespaces/a/deployments/x/scale', { headers });
    expect(scaled.body['message']).toBe('deployments.apps "x" is forbidden: User "jane" cannot get resource "deployments/scale" in API group "apps" in the namespace "a"');
    expect((await server.ask('GET', '/metrics', { headers })).body).toMatchObject({ message: 'forbidden: User "jane" cannot get path "/metrics"', details: {} });
  });

  it('refuses groups without a user, and impersonation by who may not', async () => {
    expect(await server.ask('GET', '/version', { headers: { 'impersonate-group': 'g' } })).toMatchObject({ status: 400 });
    server.users.set('plain', { name: 'plain', uid: '', groups: ['system:authenticated'], extra: {} });
    const refused = await server.ask('GET', '/version', { token: 'plain', headers: { 'impersonate-user': 'admin' } });
    expect(refused.body['message']).toBe('users "admin" is forbidden: User "plain" cannot impersonate resource "users" in API group "" at the cluster scope');
  });

  it('names each request and forbids caching', async () => {
    const { headers } = await server.ask('GET', '/api/v1/namespaces/default', { headers: { 'audit-id': 'mine' } });
    expect(headers).toMatchObject({ 'Audit-Id': 'mine', 'Cache-Control': 'no-cache, private' });
    expect(headers['X-Kubernetes-Pf-Flowschema-Uid']).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers['X-Kubernetes-Pf-Prioritylevel-Uid']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('tells unknown paths, groups and resources apart', async () => {
    expect(await server.ask('GET', '/nope')).toMatchObject({ status: 404, text: '404 page not found\n' });
    expect(await server.ask('GET', '/apis/nope.example.com/v1/foos')).toMatchObject({ status: 404, text: '404 page not found\n' });
    expect((await server.ask('GET', '/apis/apps/v1/foos')).body).toMatchObject({ code: 404, message: 'the server could not find the requested resource' });
  });

  it('refuses a timeout that is none', async () => {
    const answer = await server.ask('GET', '/api/v1/pods?timeout=soon');
    expect(answer.body).toMatchObject({ code: 400, message: 'invalid timeout specified in the request URL - time: invalid duration "soon"' });
  });

  it('answers a read in the turn in which it came', () => {
    const never = new AbortController().signal;
    const asked = { signal: 0 };
    const answer = server.handler({
      method: 'GET',
      rawPath: '/api/v1/namespaces/default',
      rawQuery: '',
      headers: { authorization: 'Bearer admin', accept: 'application/json' },
      body: { bytes: () => Promise.resolve(new Uint8Array(0)), async *stream() {} },
      connection: { remoteAddress: '127.0.0.1', protocol: 'h2', peerCertificates: [] },
      accepts: 'bytes',
      get signal() {
        asked.signal++;
        return never;
      },
    });
    expect(answer).toMatchObject({ status: 200, body: { kind: 'bytes' } });
    expect(asked.signal).toBe(0);
  });

  it('counts requests under upstream names', async () => {
    await server.ask('GET', '/api/v1/namespaces/default');
    const { text } = await server.ask('GET', '/metrics');
    expect(text).toMatch(/apiserver_request_total\{verb="GET",group="",version="v1",resource="namespaces",.*code="200"/);
    expect(text).toContain('apiserver_request_duration_seconds_bucket');
  });
});

describe('bootstrap', () => {
  it('makes namespaces, roles, flow schemas and API services', async () => {
    const names = (answer: { body: Record<string, unknown> }): string[] => (answer.body['items'] as { metadata: { name: string } }[]).map((i) => i.metadata.name);
    expect(names(await server.ask('GET', '/api/v1/namespaces'))).toEqual(['default', 'kube-node-lease', 'kube-public', 'kube-system']);
    expect(names(await server.ask('GET', '/apis/rbac.authorization.k8s.io/v1/clusterroles'))).toContain('system:node');
    const services = await server.ask('GET', '/apis/apiregistration.k8s.io/v1/apiservices/v1.apps');
    expect(services.body).toMatchObject({ status: { conditions: [{ type: 'Available', status: 'True', reason: 'Local' }] } });
  });
});
