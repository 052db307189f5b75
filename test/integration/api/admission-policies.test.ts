import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEvent } from '../../../api/audit/interface.ts';
import { newMemoryApiServer, type Answer, type TestServer } from './memory-api-server.ts';

const GROUP = '/apis/admissionregistration.k8s.io/v1';
const MAPS = '/api/v1/namespaces/default/configmaps';
const RULE = { apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['configmaps'] };
const audited: AuditEvent[] = [];
const made: string[] = [];
let server: TestServer;

beforeAll(async () => {
  server = await newMemoryApiServer({ auditSink: (event) => void audited.push(event) });
});
afterAll(() => server.stop());
afterEach(async () => {
  for (const path of made.splice(0).reverse()) await server.ask('DELETE', path);
});

async function make(path: string, name: string, body: object): Promise<void> {
  expect(await server.ask('POST', path, { body: { metadata: { name }, ...body } })).toMatchObject({ status: 201 });
  made.push(`${path}/${name}`);
}

const define = (name: string, spec: object): Promise<void> => make(`${GROUP}/validatingadmissionpolicies`, name, { spec: { matchConstraints: { resourceRules: [RULE] }, ...spec } });
const bind = (name: string, policyName: string, spec: object = {}): Promise<void> => make(`${GROUP}/validatingadmissionpolicybindings`, name, { spec: { policyName, validationActions: ['Deny'], ...spec } });
async function policy(spec: object, binding: object = {}): Promise<void> {
  await define('p', spec);
  await bind('b', 'p', binding);
}
const create = (data: object = {}, name = 'm', path = MAPS): Promise<Answer> => server.ask('POST', `${path}?dryRun=All`, { body: { metadata: { name }, data } });
const says = (message: string): string => `ValidatingAdmissionPolicy 'p' with binding 'b' denied request: ${message}`;

describe('a ValidatingAdmissionPolicy', () => {
  it('refuses with its message, reason and code', async () => {
    await policy({ validations: [{ expression: 'object.data.a == "b"', message: 'a must be b', reason: 'Forbidden' }] });
    expect((await create({ a: 'c' })).body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: `configmaps "m" is forbidden: ${says('a must be b')}`,
      reason: 'Forbidden',
      details: { name: 'm', kind: 'configmaps', causes: [{ message: says('a must be b') }] },
      code: 403,
    });
    expect(await create({ a: 'b' })).toMatchObject({ status: 201 });
  });

  it('acts from its binding on, in its newest form, and no longer than that', async () => {
    await define('p', { validations: [{ expression: 'false' }] });
    expect(await create()).toMatchObject({ status: 201 });
    await bind('b', 'p');
    expect(await create()).toMatchObject({ status: 422 });
    await server.ask('PATCH', `${GROUP}/validatingadmissionpolicies/p`, { headers: { 'content-type': 'application/merge-patch+json' }, body: { spec: { validations: [{ expression: 'true' }] } } });
    expect(await create()).toMatchObject({ status: 201 });
  });

  it('may warn and leave its mark in the audit instead', async () => {
    await policy({ validations: [{ expression: 'true' }, { expression: 'false', message: 'so so' }], auditAnnotations: [{ key: 'who', valueExpression: '"by " + request.userInfo.username' }] }, { validationActions: ['Warn', 'Audit'] });
    const answer = await create();
    expect(answer).toMatchObject({ status: 201, headers: { Warning: [`299 - "Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': so so"`] } });
    expect(audited.at(-1)?.annotations).toMatchObject({ 'p/who': 'by admin', 'validation.policy.admission.k8s.io/validation_failure': '[{"message":"so so","policy":"p","binding":"b","expressionIndex":1,"validationActions":["Warn","Audit"]}]' });
  });

  it('is counted by what came of it', async () => {
    await define('counted', { validations: [{ expression: 'false' }] });
    await bind('count', 'counted');
    await create();
    expect((await server.ask('GET', '/metrics')).text).toContain('apiserver_validating_admission_policy_check_total{policy="counted",policy_binding="count",error_type="invalid_error",enforcement_action="deny"} 1');
  });

  it('does not speak of what it excludes, nor of what a binding leaves out', async () => {
    await policy({ matchConstraints: { resourceRules: [RULE], excludeResourceRules: [{ ...RULE, resourceNames: ['free'] }] }, validations: [{ expression: 'false' }] }, { matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'default' } } } });
    const statuses = await Promise.all([create(), create({}, 'free'), create({}, 'm', '/api/v1/namespaces/kube-system/configmaps')].map(async (answer) => (await answer).status));
    expect(statuses).toEqual([422, 201, 201]);
  });

  it('sees deletions, and what is deleted', async () => {
    await make(MAPS, 'kept', { data: { keep: 'yes' } });
    await policy({ validations: [{ expression: 'object != null || oldObject.data.keep != "yes"', messageExpression: '"cannot " + request.operation + " " + request.name' }] });
    expect((await server.ask('DELETE', `${MAPS}/kept?dryRun=All`)).body['message']).toContain(says('cannot DELETE kept'));
  });

  it('sees the body of a token request', async () => {
    await make('/api/v1/namespaces/default/serviceaccounts', 'robot', {});
    await policy({ matchConstraints: { resourceRules: [{ ...RULE, resources: ['serviceaccounts/token'] }] }, validations: [{ expression: 'object.spec.expirationSeconds < 3600', messageExpression: 'request.subResource + " " + request.kind.kind + " for " + string(object.spec.expirationSeconds)' }] });
    expect((await server.ask('POST', '/api/v1/namespaces/default/serviceaccounts/robot/token', { body: { spec: {} } })).body['message']).toContain(says('token TokenRequest for 3600'));
  });

  it('asks the authorizer about who makes the request', async () => {
    server.users.set('bob', { name: 'bob', uid: '', groups: ['system:authenticated'], extra: {} });
    await make('/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles', 'writer', { rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['create'] }] });
    await make('/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings', 'bob', { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'writer' }, subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'bob' }] });
    await policy({ validations: [{ expression: 'authorizer.requestResource.check("delete").allowed()' }] });
    expect(await create()).toMatchObject({ status: 201 });
    expect(await server.ask('POST', MAPS, { token: 'bob', body: { metadata: { name: 'm' } } })).toMatchObject({ status: 422 });
  });

  it('cannot keep itself from being removed', async () => {
    await policy({ matchConstraints: { resourceRules: [{ ...RULE, resources: ['*'] }] }, validations: [{ expression: 'false' }] });
    expect(await server.ask('DELETE', `${GROUP}/validatingadmissionpolicybindings/b`)).toMatchObject({ status: 200 });
  });
});

describe('parameters of a policy', () => {
  const ofMaps = { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' }, validations: [{ expression: 'int(object.data.n) <= int(params.data.max)', messageExpression: '"at most " + params.data.max' }] };

  it('are one object, or all that are selected, of the namespace of the request', async () => {
    await make(MAPS, 'small', { metadata: { name: 'small', labels: { limit: 'yes' } }, data: { max: '3' } });
    await make(MAPS, 'large', { metadata: { name: 'large', labels: { limit: 'yes' } }, data: { max: '5' } });
    await define('p', ofMaps);
    await bind('b', 'p', { paramRef: { name: 'large', parameterNotFoundAction: 'Deny' } });
    expect([(await create({ n: '5' })).status, (await create({ n: '6' })).body['message']]).toEqual([201, `configmaps "m" is forbidden: ${says('at most 5')}`]);
    await bind('selected', 'p', { paramRef: { selector: { matchLabels: { limit: 'yes' } }, parameterNotFoundAction: 'Deny' } });
    expect((await create({ n: '5' })).body['message']).toContain("with binding 'selected' denied request: at most 3");
  });

  it('that are missing deny or do not matter, as the binding says', async () => {
    await policy(ofMaps, { paramRef: { name: 'none', parameterNotFoundAction: 'Allow' } });
    expect(await create({ n: '6' })).toMatchObject({ status: 201 });
    await bind('strict', 'p', { paramRef: { name: 'none', parameterNotFoundAction: 'Deny' } });
    expect((await create({ n: '6' })).body['message']).toContain("with binding 'strict' denied request: failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction");
  });

  it('of a kind that nobody serves are the failure of the policy', async () => {
    await policy({ paramKind: { apiVersion: 'example.com/v1', kind: 'Gauge' }, validations: [{ expression: 'true' }] }, { paramRef: { name: 'g', parameterNotFoundAction: 'Allow' } });
    expect((await create()).body['message']).toBe(`configmaps "m" is forbidden: ValidatingAdmissionPolicy 'p' denied request: failed to configure policy: failed to find resource referenced by paramKind: 'example.com/v1, Kind=Gauge'`);
  });
});

describe('match conditions of a webhook', () => {
  it('keep it from being asked, or refuse when they cannot be evaluated', async () => {
    const webhook = { name: 'h.example.com', clientConfig: { url: 'https://127.0.0.1:9/' }, rules: [RULE], sideEffects: 'None', admissionReviewVersions: ['v1'] };
    await make(`${GROUP}/validatingwebhookconfigurations`, 'w', { webhooks: [{ ...webhook, matchConditions: [{ name: 'c', expression: 'object.data.ask == "yes"' }] }] });
    expect(await create({ ask: 'no' })).toMatchObject({ status: 201 });
    expect((await create({ other: 'x' })).body).toMatchObject({ code: 403, message: `configmaps "m" is forbidden: expression 'object.data.ask == "yes"' resulted in error: no such key: ask` });
    expect((await create({ ask: 'yes' })).body['message']).toContain('failed calling webhook "h.example.com"');
  });
});
