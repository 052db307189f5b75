import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newMemoryApiServer, type TestServer } from './memory-api-server.ts';

let server: TestServer;
let token: string;
const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'worker' } };
const path = '/api/v1/namespaces/default/serviceaccounts';

const request = async (spec: object): Promise<string> => {
  const { body } = await server.ask('POST', `${path}/worker/token`, { body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec } });
  return (body['status'] as { token: string }).token;
};
const whoAmI = async (bearer: string): Promise<unknown> => {
  const { body } = await server.ask('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { token: bearer, body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' } });
  return (body['status'] as { userInfo?: unknown })?.userInfo ?? body['message'];
};

beforeAll(async () => {
  server = await newMemoryApiServer();
  await server.ask('POST', path, { body: account });
  token = await request({});
});
afterAll(() => server.stop());

describe('service account tokens', () => {
  it('are believed and carry their account', async () => {
    expect(await whoAmI(token)).toMatchObject({ username: 'system:serviceaccount:default:worker', groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'] });
  });

  it('are refused when changed, and when made for somebody else', async () => {
    expect(await whoAmI(`${token.slice(0, -3)}abc`)).toBe('Unauthorized');
    expect(await whoAmI(await request({ audiences: ['vault'] }))).toBe('Unauthorized');
  });

  it('are reviewed for the audiences that are asked for', async () => {
    const vault = await request({ audiences: ['vault', 'x'] });
    const review = async (audiences: string[]): Promise<unknown> =>
      (await server.ask('POST', '/apis/authentication.k8s.io/v1/tokenreviews', { body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token: vault, audiences } } })).body['status'];
    expect(await review(['x', 'vault'])).toMatchObject({ authenticated: true, audiences: ['x', 'vault'] });
    expect(await review(['other'])).toMatchObject({ error: '[invalid bearer token, token audiences ["vault" "x"] is invalid for the target audiences ["other"]]' });
  });

  it('can be verified with the published keys', async () => {
    const { text } = await server.ask('GET', '/openid/v1/jwks');
    const { keys } = JSON.parse(text) as { keys: { kid: string; alg: string }[] };
    const header = JSON.parse(atob(token.split('.')[0] ?? '')) as { kid: string; alg: string };
    expect(keys.map((k) => [k.kid, k.alg])).toEqual([[header.kid, header.alg]]);
  });

  it('end with their account, and do not return with its name', async () => {
    await server.ask('DELETE', `${path}/worker`);
    expect(await whoAmI(token)).toBe('Unauthorized');
    await server.ask('POST', path, { body: account });
    expect(await whoAmI(token)).toBe('Unauthorized');
  });
});

describe('bootstrap tokens', () => {
  it('authenticate as the secret says', async () => {
    const stringData = { 'token-id': 'abcdef', 'token-secret': '0123456789abcdef', 'usage-bootstrap-authentication': 'true', 'auth-extra-groups': 'system:bootstrappers:k8ts' };
    const secret = { apiVersion: 'v1', kind: 'Secret', type: 'bootstrap.kubernetes.io/token', metadata: { name: 'bootstrap-token-abcdef' }, stringData };
    expect(await server.ask('POST', '/api/v1/namespaces/kube-system/secrets', { body: secret })).toMatchObject({ status: 201 });
    expect(await whoAmI('abcdef.0123456789abcdef')).toMatchObject({ username: 'system:bootstrap:abcdef', groups: ['system:bootstrappers', 'system:bootstrappers:k8ts', 'system:authenticated'] });
    expect(await whoAmI('abcdef.0123456789abcdee')).toBe('Unauthorized');
  });
});
