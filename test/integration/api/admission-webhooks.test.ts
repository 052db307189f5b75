import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEvent } from '../../../api/audit/interface.ts';
import { FakeClock, realClock } from '../../../component-base/clock.ts';
import { newMemoryApiServer, type Answer, type TestServer } from './memory-api-server.ts';
import { jsonPatch, newWebhookServer, type WebhookServer } from './webhook-server.ts';

const clock = new FakeClock(realClock.now());
const audited: AuditEvent[] = [];
const configured: string[] = [];
let server: TestServer;
let webhook: WebhookServer;

beforeAll(async () => {
  webhook = await newWebhookServer(['127.0.0.1', 'hook.default.svc']);
  server = await newMemoryApiServer({ clock, auditSink: (event) => void audited.push(event) });
});
afterAll(async () => {
  await server.stop();
  webhook.close();
});
afterEach(async () => {
  for (const path of configured.splice(0)) await server.ask('DELETE', path);
  webhook.asked.length = 0;
  webhook.reply = () => ({ allowed: true });
});

type Kind = 'Mutating' | 'Validating';

function hook(more: object = {}): object {
  return {
    name: 'h.example.com',
    clientConfig: { url: `https://127.0.0.1:${webhook.port}/admit`, caBundle: webhook.caBundle },
    rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['configmaps', 'deployments'] }],
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    timeoutSeconds: 3,
    ...more,
  };
}

async function configure(kind: Kind, ...webhooks: object[]): Promise<void> {
  const path = `/apis/admissionregistration.k8s.io/v1/${kind.toLowerCase()}webhookconfigurations`;
  const answer = await server.ask('POST', path, { body: { apiVersion: 'admissionregistration.k8s.io/v1', kind: `${kind}WebhookConfiguration`, metadata: { name: 'test' }, webhooks } });
  expect(answer).toMatchObject({ status: 201 });
  configured.push(`${path}/test`);
}

const MAPS = '/api/v1/namespaces/default/configmaps';
const create = (name: string, more: object = {}, query = ''): Promise<Answer> => server.ask('POST', `${MAPS}${query}`, { body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { a: 'b' }, ...more } });
const metric = async (name: string): Promise<string[]> => (await server.ask('GET', '/metrics')).text.split('\n').filter((line) => line.startsWith(name));

describe('a mutating webhook', () => {
  it('changes the object, and what it adds has defaults', async () => {
    await configure('Mutating', hook());
    webhook.reply = () => ({ allowed: true, ...jsonPatch({ op: 'add', path: '/spec/template/spec/containers/-', value: { name: 'side', image: 'side:v1' } }) });
    const spec = { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'c:v1' }] } } };
    const answer = await server.ask('POST', '/apis/apps/v1/namespaces/default/deployments?fieldManager=me', { body: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec } });
    expect(answer).toMatchObject({ status: 201, body: { spec: { template: { spec: { containers: [{ name: 'c' }, { name: 'side', imagePullPolicy: 'IfNotPresent', terminationMessagePath: '/dev/termination-log' }] } } } } });
    expect(webhook.asked).toMatchObject([
      {
        path: '/admit?timeout=3s',
        review: {
          apiVersion: 'admission.k8s.io/v1',
          request: {
            kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
            requestResource: { group: 'apps', version: 'v1', resource: 'deployments' },
            name: 'd',
            namespace: 'default',
            operation: 'CREATE',
            userInfo: { username: 'admin' },
            object: { kind: 'Deployment', spec: { replicas: 1 } },
            oldObject: null,
            dryRun: false,
            options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1', fieldManager: 'me' },
          },
        },
      },
    ]);
  });

  it('is asked again when one behind it changed the object, if it may be', async () => {
    const to = (path: string): object => ({ clientConfig: { url: `https://127.0.0.1:${webhook.port}/${path}`, caBundle: webhook.caBundle } });
    await configure('Mutating', hook({ name: 'a.example.com', reinvocationPolicy: 'IfNeeded', ...to('a') }), hook({ name: 'b.example.com', ...to('b') }));
    webhook.reply = ({ request }, path) => {
      const data = (request.object?.['data'] ?? {}) as Record<string, string>;
      const name = path.slice(1, 2);
      return { allowed: true, ...jsonPatch({ op: 'add', path: `/data/${name}`, value: name === 'a' ? Object.keys(data).join('') : 'x' }) };
    };
    const answer = await create('twice');
    expect(webhook.asked.map(({ path }) => path.slice(1, 2))).toEqual(['a', 'b', 'a']);
    expect(answer.body['data']).toEqual({ a: 'ab', b: 'x' });
  });

  it('sees the version that its rules name, and the client the one it asked for', async () => {
    await configure('Mutating', hook({ rules: [{ apiGroups: ['autoscaling'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['horizontalpodautoscalers'] }] }));
    webhook.reply = () => ({ allowed: true, ...jsonPatch({ op: 'replace', path: '/spec/targetCPUUtilizationPercentage', value: 70 }) });
    const metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }];
    const spec = { maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'd', apiVersion: 'apps/v1' }, metrics };
    const answer = await server.ask('POST', '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers', { body: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'h' }, spec } });
    expect(webhook.asked[0]?.review.request).toMatchObject({ kind: { version: 'v1' }, requestKind: { version: 'v2' }, object: { apiVersion: 'autoscaling/v1', spec: { targetCPUUtilizationPercentage: 50 } } });
    expect(answer).toMatchObject({ status: 201, body: { apiVersion: 'autoscaling/v2', spec: { metrics: [{ resource: { target: { averageUtilization: 70 } } }] } } });
  });

  it('may not patch what is deleted', async () => {
    await create('gone');
    await configure('Mutating', hook());
    webhook.reply = () => ({ allowed: true, ...jsonPatch({ op: 'add', path: '/metadata/labels', value: {} }) });
    expect((await server.ask('DELETE', `${MAPS}/gone`)).body).toMatchObject({ code: 500, message: 'Internal error occurred: admission webhook "h.example.com" attempted to modify the object, which is not supported for this operation' });
  });
});

describe('a validating webhook', () => {
  it('denies with its own code and words', async () => {
    await configure('Validating', hook());
    webhook.reply = () => ({ allowed: false, status: { code: 418, message: 'not today' } });
    expect((await create('denied')).body).toMatchObject({ code: 418, message: 'admission webhook "h.example.com" denied the request: not today' });
    webhook.reply = () => ({ allowed: false });
    expect((await create('denied')).body).toMatchObject({ code: 400, message: 'admission webhook "h.example.com" denied the request without explanation' });
    expect(await metric('apiserver_admission_webhook_rejection_count')).toContain('apiserver_admission_webhook_rejection_count{name="h.example.com",type="validating",operation="CREATE",error_type="no_error",rejection_code="418"} 1');
  });

  it('warns the client and adds to the audit', async () => {
    await configure('Validating', hook());
    webhook.reply = () => ({ allowed: true, warnings: ['mind the gap'], auditAnnotations: { seen: 'yes' } });
    const answer = await create('warned');
    expect(answer.headers['Warning']).toEqual(['299 - "mind the gap"']);
    expect(audited.at(-1)?.annotations).toMatchObject({ 'h.example.com/seen': 'yes' });
  });

  it('may return no patch', async () => {
    await configure('Validating', hook());
    webhook.reply = () => ({ allowed: true, ...jsonPatch() });
    expect((await create('patched')).body['message']).toBe('Internal error occurred: failed calling webhook "h.example.com": received invalid webhook response: validating webhook may not return response.patch');
  });

  it('has its time, and no more', async () => {
    await configure('Validating', hook());
    webhook.reply = () => undefined;
    const heard = webhook.next();
    const answer = create('late');
    await heard;
    clock.step(3000);
    expect((await answer).body).toMatchObject({ code: 500, message: `Internal error occurred: failed calling webhook "h.example.com": failed to call webhook: Post "https://127.0.0.1:${webhook.port}/admit?timeout=3s": context deadline exceeded` });
  });

  it('that fails is ignored where its policy says so', async () => {
    await configure('Validating', hook({ failurePolicy: 'Ignore', clientConfig: { url: `https://127.0.0.1:${webhook.port}/admit` } }));
    expect(await create('ignored')).toMatchObject({ status: 201 });
    expect(audited.at(-1)?.annotations).toMatchObject({ 'failed-open.validating.webhook.admission.k8s.io/round_0_index_0': 'h.example.com' });
    expect(webhook.asked).toEqual([]);
  });

  it('must show a certificate of its authority', async () => {
    await configure('Validating', hook({ clientConfig: { url: `https://127.0.0.1:${webhook.port}/admit` } }));
    expect((await create('untrusted')).body['message']).toMatch(/: tls: failed to verify certificate: x509: certificate signed by unknown authority$/);
  });

  it('is trusted by its own certificate, too', async () => {
    await configure('Validating', hook({ clientConfig: { url: `https://127.0.0.1:${webhook.port}/admit`, caBundle: webhook.ownBundle } }));
    webhook.reply = () => ({ allowed: false, status: { message: 'Always denied' } });
    expect((await create('denied')).body['message']).toMatch(/Always denied$/);
  });

  it('chooses by the labels of the namespace and of either object', async () => {
    await configure('Validating', hook({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'default' } }, objectSelector: { matchLabels: { watched: 'yes' } } }));
    webhook.reply = () => ({ allowed: false });
    expect(await create('free')).toMatchObject({ status: 201 });
    const labels = (value: string | null): Promise<Answer> => server.ask('PATCH', `${MAPS}/free`, { headers: { 'content-type': 'application/merge-patch+json' }, body: { metadata: { labels: { watched: value } } } });
    expect(await labels('yes')).toMatchObject({ status: 400 });
    webhook.reply = () => ({ allowed: true });
    expect(await labels('yes')).toMatchObject({ status: 200 });
    webhook.reply = () => ({ allowed: false });
    expect(await labels(null)).toMatchObject({ status: 400 });
  });

  it('is not asked about webhook configurations', async () => {
    await configure('Validating', hook({ rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }] }));
    webhook.reply = () => ({ allowed: false });
    expect(await server.ask('DELETE', configured[0] ?? '')).toMatchObject({ status: 200 });
    expect(webhook.asked).toEqual([]);
  });

  it('behind a service needs the service and somebody there', async () => {
    await configure('Validating', hook({ clientConfig: { service: { namespace: 'default', name: 'hook', path: '/behind' }, caBundle: webhook.caBundle } }));
    expect((await create('early')).body['message']).toBe('Internal error occurred: failed calling webhook "h.example.com": failed to call webhook: Post "https://hook.default.svc:443/behind?timeout=3s": service "hook" not found');
    configured.push('/api/v1/namespaces/default/services/hook');
    const service = await server.ask('POST', '/api/v1/namespaces/default/services', { body: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'hook' }, spec: { clusterIP: '10.96.9.9', ports: [{ port: 443 }] } } });
    expect(service).toMatchObject({ status: 201 });
    expect((await create('early')).body['message']).toMatch(/Post "https:\/\/hook\.default\.svc:443\/behind\?timeout=3s": dial tcp 10\.96\.9\.9:443: connect: connection refused$/);
  });

  it('behind a service elsewhere shows a certificate in the name of the service', async () => {
    await server.ask('POST', '/api/v1/namespaces/default/services', { body: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'hook' }, spec: { type: 'ExternalName', externalName: 'localhost' } } });
    configured.push('/api/v1/namespaces/default/services/hook');
    await configure('Validating', hook({ clientConfig: { service: { namespace: 'default', name: 'hook', path: '/behind', port: webhook.port }, caBundle: webhook.caBundle } }));
    expect(await create('behind')).toMatchObject({ status: 201 });
    expect(webhook.asked.map(({ path }) => path)).toEqual(['/behind?timeout=3s']);
  });

  it('of several is told the review in a version it takes, all at once', async () => {
    await configure('Validating', hook({ admissionReviewVersions: ['v1beta1'] }), hook({ name: 'i.example.com' }));
    expect(await create('both', {}, '?dryRun=All')).toMatchObject({ status: 201 });
    expect(new Set(webhook.asked.map(({ review }) => review.apiVersion))).toEqual(new Set(['admission.k8s.io/v1', 'admission.k8s.io/v1beta1']));
    expect(webhook.asked.map(({ review }) => review.request['dryRun'])).toEqual([true, true]);
  });
});
