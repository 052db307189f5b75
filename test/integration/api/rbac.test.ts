import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newMemoryApiServer, type TestServer } from './memory-api-server.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const role = (name: string, rules: object[]): object => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name }, rules });
const bound = (name: string, user: string): object => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
  subjects: [{ kind: 'User', name: user, apiGroup: 'rbac.authorization.k8s.io' }],
});

let server: TestServer;
beforeAll(async () => {
  server = await newMemoryApiServer();
  await server.ask('POST', `${RBAC}/clusterroles`, { body: role('author', [{ apiGroups: ['rbac.authorization.k8s.io'], resources: ['*'], verbs: ['create', 'update'] }, { apiGroups: [''], resources: ['pods'], verbs: ['get'] }]) });
  await server.ask('POST', `${RBAC}/clusterrolebindings`, { body: bound('author', 'ann') });
});
afterAll(() => server.stop());

const asAnn = { 'impersonate-user': 'ann' };

describe('RBAC', () => {
  it('allows by a binding as soon as it exists, and no longer than it does', async () => {
    const ask = (): Promise<number> => server.ask('GET', '/api/v1/nodes', { headers: { 'impersonate-user': 'bob' } }).then((a) => a.status);
    expect(await ask()).toBe(403);
    await server.ask('POST', `${RBAC}/clusterroles`, { body: role('nodes', [{ apiGroups: [''], resources: ['nodes'], verbs: ['list'] }]) });
    await server.ask('POST', `${RBAC}/clusterrolebindings`, { body: bound('nodes', 'bob') });
    expect(await ask()).toBe(200);
    await server.ask('DELETE', `${RBAC}/clusterrolebindings/nodes`);
    expect(await ask()).toBe(403);
  });

  it('lets nobody grant what he does not hold', async () => {
    const refused = await server.ask('POST', `${RBAC}/clusterroles`, { headers: asAnn, body: role('more', [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'delete'] }]) });
    expect(refused.body).toMatchObject({
      code: 403,
      message: 'clusterroles.rbac.authorization.k8s.io "more" is forbidden: user "ann" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["pods"], Verbs:["list" "delete"]}',
    });
    expect(await server.ask('POST', `${RBAC}/clusterroles`, { headers: asAnn, body: role('less', [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }]) })).toMatchObject({ status: 201 });
  });

  it('lets nobody bind a role that holds more', async () => {
    const other = await server.ask('POST', `${RBAC}/clusterrolebindings`, { headers: asAnn, body: { ...bound('edit', 'ann'), roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:aggregate-to-edit' } } });
    expect(other).toMatchObject({ status: 403 });
  });
});
