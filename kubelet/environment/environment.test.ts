import { describe, expect, it } from '@jest/globals';
import { newNotFound } from '../../apimachinery/errors.ts';
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { References } from '../references/references.ts';
import { container, newPod } from '../testing/pods.ts';
import { environmentOf } from './environment.ts';
import { expand, expandStrict } from './expansion.ts';
import { fieldValue, resourceValue } from './field-ref.ts';
import { serviceEnv } from './service-env.ts';

const objectMeta = (name: string, namespace = 'default') => ({ name, namespace, uid: name, resourceVersion: '1', creationTimestamp: '' });
const references: References = {
  async configMap(_, name) {
    if (name !== 'cfg') throw newNotFound({ group: '', resource: 'configmap' }, name);
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata: objectMeta(name), data: { k: 'from-map', other: 'o' } };
  },
  async secret(_, name) {
    return { apiVersion: 'v1', kind: 'Secret', metadata: objectMeta(name), data: { s: btoa('from-secret') } };
  },
};
const service = (name: string, namespace: string, clusterIP: string) => ({ apiVersion: 'v1', kind: 'Service', metadata: objectMeta(name, namespace), spec: { clusterIP, ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 80 }] }, status: {} }) as unknown as core.Service;

async function envOf(changes: Partial<core.Container>, services: core.Service[] = []): Promise<Record<string, string>> {
  const spec = container('main', changes);
  return Object.fromEntries(await environmentOf({ pod: newPod({ spec: { containers: [spec] } }), container: spec, services, references, allocatable: { cpu: '4' }, podIPs: ['10.0.0.1'], hostIPs: ['172.16.0.1'] }));
}

describe('expand', () => {
  it.each([
    { name: 'a variable', text: 'a$(A)b', want: 'a1b' },
    { name: 'a variable that is not known', text: '$(NO)', want: '$(NO)' },
    { name: 'an escaped one', text: '$$(A)', want: '$(A)' },
    { name: 'a lone dollar', text: '$A $', want: '$A $' },
    { name: 'one that is not closed', text: '$(A', want: '$(A' },
  ])('treats $name as upstream does', ({ text, want }) => {
    expect(expand(text, (n) => ({ A: '1' })[n])).toBe(want);
  });

  it('tells what was missing', () => {
    expect(expandStrict('$(A)/$(B)', (n) => ({ A: '1' })[n])).toEqual({ text: '1/$(B)', missing: ['B'] });
  });
});

describe('environmentOf', () => {
  it('takes values from every source, later ones referring to earlier ones', async () => {
    const env = await envOf({
      envFrom: [{ prefix: 'P_', configMapRef: { name: 'cfg' } }, { secretRef: { name: 'sec' } }],
      env: [
        { name: 'A', value: 'x$(P_k)' },
        { name: 'B', valueFrom: { configMapKeyRef: { name: 'cfg', key: 'k' } } },
        { name: 'C', valueFrom: { secretKeyRef: { name: 'sec', key: 's' } } },
        { name: 'D', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'E', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
        { name: 'F', valueFrom: { configMapKeyRef: { name: 'gone', key: 'k', optional: true } } },
      ],
    });
    expect(env).toEqual({ P_k: 'from-map', P_other: 'o', s: 'from-secret', A: 'xfrom-map', B: 'from-map', C: 'from-secret', D: '10.0.0.1', E: '4' });
  });

  it("fails with upstream's words", async () => {
    await expect(envOf({ env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'cfg', key: 'no' } } }] })).rejects.toThrow("couldn't find key no in ConfigMap default/cfg");
    await expect(envOf({ envFrom: [{ configMapRef: { name: 'gone' } }] })).rejects.toThrow('configmap "gone" not found');
  });

  it('tells of services, after its own variables', async () => {
    expect(await envOf({ env: [{ name: 'DB_PORT', value: 'mine' }] }, [service('db', 'default', '10.96.0.9')])).toMatchObject({ DB_PORT: 'mine', DB_SERVICE_HOST: '10.96.0.9', DB_SERVICE_PORT_HTTP: '80', DB_PORT_80_TCP: 'tcp://10.96.0.9:80' });
  });
});

describe('serviceEnv', () => {
  const all = [service('kubernetes', 'default', '10.96.0.1'), service('db', 'apps', '10.96.0.9'), service('headless', 'apps', 'None'), service('far', 'other', '10.96.0.8')];
  it('holds the namespace and the API server', () => {
    expect([...serviceEnv(all, 'apps', true).keys()].filter((k) => k.endsWith('_HOST'))).toEqual(['KUBERNETES_SERVICE_HOST', 'DB_SERVICE_HOST']);
  });
  it('holds only the API server when links are off', () => {
    expect([...serviceEnv(all, 'apps', false).keys()].filter((k) => k.endsWith('_HOST'))).toEqual(['KUBERNETES_SERVICE_HOST']);
  });
});

describe('the downward API', () => {
  const pod = newPod({ metadata: { labels: { b: '2', a: '1"' }, annotations: { 'x/y': 'z' } } });
  it.each([
    ['metadata.name', 'web'],
    ["metadata.labels['b']", '2'],
    ["metadata.annotations['x/y']", 'z'],
    ['metadata.labels', 'a="1\\""\nb="2"'],
    ['status.hostIP', '172.16.0.1'],
    ['status.podIPs', '10.0.0.1,fd00::1'],
    ['spec.nodeName', 'node-1'],
  ])('gives %s', (path, want) => {
    expect(fieldValue(path, pod, { podIPs: ['10.0.0.1', 'fd00::1'], hostIPs: ['172.16.0.1'] })).toBe(want);
  });

  it.each([
    { resource: 'limits.cpu', divisor: '1m', want: '250' },
    { resource: 'limits.cpu', divisor: '0', want: '1' },
    { resource: 'requests.memory', divisor: '1Mi', want: '64' },
    { resource: 'limits.memory', divisor: '1Gi', want: '8' },
  ])('gives $resource in units of $divisor, rounded up', ({ resource, divisor, want }) => {
    const spec = container('main', { resources: { limits: { cpu: '250m' }, requests: { memory: '64Mi' } } });
    expect(resourceValue({ resource, divisor }, spec, { memory: '8Gi' })).toBe(want);
  });
});
