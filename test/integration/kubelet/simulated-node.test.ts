import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as core from '../../../apimachinery/types/core.gen.ts';
import type { DeepReadonly, Draft } from '../../../apimachinery/types/type.ts';
import { startCluster, type Cluster } from '../../../cluster/index.ts';
import { until } from '../../harness/until.ts';

type Pod = DeepReadonly<core.Pod>;
const NAMESPACE = 'default';

describe('a pod on a simulated node', () => {
  let cluster: Cluster;
  beforeAll(async () => void (cluster = await startCluster({ nodes: 1 })));
  afterAll(() => cluster.stop());

  const run = async (name: string, spec: Draft<core.PodSpec>, annotations: Record<string, string> = {}): Promise<void> => {
    await cluster.client.resource(core.Pod).create({ metadata: { namespace: NAMESPACE, name, annotations }, spec });
  };
  const untilPod = (name: string, holds: (pod: Pod | undefined) => boolean) => until(cluster.client.resource(core.Pod), NAMESPACE, name, holds);
  const logOf = async (name: string, query = ''): Promise<string> => {
    let text = '';
    for await (const chunk of await cluster.client.resource(core.Pod).subresource('log').stream({ namespace: NAMESPACE, name }, new URLSearchParams(query))) text += new TextDecoder().decode(chunk);
    return text;
  };
  const isReady = (pod: Pod | undefined): boolean => pod?.status.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false;

  it('becomes ready, with an address, and tells its log', async () => {
    await run('web', { containers: [{ name: 'web', image: 'nginx:1' }] }, { 'k8ts.dev/logs': 'listening' });
    const pod = await untilPod('web', isReady);
    expect(pod?.status).toMatchObject({ phase: 'Running', podIP: expect.stringMatching(/^10\.244\./), qosClass: 'BestEffort', containerStatuses: [{ name: 'web', ready: true, started: true, restartCount: 0, containerID: expect.stringMatching(/^simulated:\/\//) }] });
    expect(await logOf('web')).toBe('container web started from image nginx:1\nlistening\n');
    expect(await logOf('web', 'tailLines=1')).toBe('listening\n');
  });

  it('comes to its end with exit code and message', async () => {
    await run('once', { restartPolicy: 'Never', containers: [{ name: 'c', image: 'busybox', command: ['sh', '-c', 'echo -n why > /dev/termination-log; exit 3'] }] });
    const pod = await untilPod('once', (p) => p?.status.phase === 'Failed');
    expect(pod?.status.containerStatuses?.[0]?.state.terminated).toMatchObject({ exitCode: 3, reason: 'Error', message: 'why' });
  });

  it('runs its init containers first, which share its volumes', async () => {
    await run('shared', {
      restartPolicy: 'Never',
      initContainers: [{ name: 'make', image: 'busybox', command: ['sh', '-c', 'echo made > /data/file'], volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
      containers: [{ name: 'c', image: 'busybox', command: ['cat', '/data/file'], volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
      volumes: [{ name: 'data', emptyDir: {} }],
    });
    await untilPod('shared', (p) => p?.status.phase === 'Succeeded');
    expect(await logOf('shared')).toContain('\nmade\n');
  });

  it('waits for a ConfigMap that does not exist yet', async () => {
    await run('waiting', { containers: [{ name: 'c', image: 'nginx', env: [{ name: 'K', valueFrom: { configMapKeyRef: { name: 'late', key: 'k' } } }] }] });
    const blocked = await untilPod('waiting', (p) => p?.status.containerStatuses?.[0]?.state.waiting?.reason === 'CreateContainerConfigError');
    expect(blocked?.status.containerStatuses?.[0]?.state.waiting?.message).toBe('configmap "late" not found');
    await cluster.client.resource(core.ConfigMap).create({ metadata: { namespace: NAMESPACE, name: 'late' }, data: { k: 'v' } });
    await untilPod('waiting', isReady);
  });

  it('backs off when it crashes, and when its image cannot be pulled', async () => {
    await run('crash', { containers: [{ name: 'c', image: 'busybox', command: ['false'] }] });
    await run('nowhere', { containers: [{ name: 'c', image: 'registry.invalid/app:1' }] });
    const waitsFor = (reason: string) => (p: Pod | undefined) => p?.status.containerStatuses?.[0]?.state.waiting?.reason === reason;
    const crashed = await untilPod('crash', waitsFor('CrashLoopBackOff'));
    expect(crashed?.status.containerStatuses?.[0]).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 1 } } });
    const nowhere = await untilPod('nowhere', waitsFor('ImagePullBackOff'));
    expect(nowhere?.status.containerStatuses?.[0]?.state.waiting?.message).toMatch(/^Back-off pulling image "registry.invalid\/app:1": ErrImagePull: failed to pull and unpack image/);
  });

  it('is refused when the node has no room for it', async () => {
    await run('big', { nodeName: 'node-1', containers: [{ name: 'c', image: 'nginx', resources: { requests: { cpu: '1000' } } }] });
    const pod = await untilPod('big', (p) => p?.status.phase === 'Failed');
    expect([pod?.status.reason, pod?.status.message]).toEqual(['OutOfcpu', "Pod was rejected: Node didn't have enough resource: cpu, requested: 1000000, used: 0, capacity: 32000"]);
  });

  it('goes away when it is deleted, whatever state it is in', async () => {
    const pods = cluster.client.resource(core.Pod);
    const names = (await pods.list({ namespace: NAMESPACE })).items.map((p) => p.metadata.name);
    expect(names.length).toBeGreaterThan(5);
    await pods.deleteCollection({ namespace: NAMESPACE });
    for (const name of names) await untilPod(name, (p) => p === undefined);
  });
});
