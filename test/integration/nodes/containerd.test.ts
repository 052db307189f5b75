import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as core from '../../../apimachinery/types/core.gen.ts';
import { startCluster, type Cluster } from '../../../cluster/index.ts';
import { busyboxArchive, curlArchive } from '../../harness/busybox-image.ts';
import { containerdMissing } from '../../harness/containerd.ts';
import { Kubectl, run } from '../../harness/kubectl.ts';
import { until } from '../../harness/until.ts';

const missing = containerdMissing();
if (missing !== undefined) console.warn(`nodes with containerd are not tested here: ${missing}`);
const withContainerd = missing === undefined ? describe : describe.skip;

const SITE = `apiVersion: v1
kind: ConfigMap
metadata: {name: site}
data: {index.html: "hello from a container\\n"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - name: web
        image: busybox:1.36
        command: [httpd, -f, -p, "80", -h, /site]
        ports: [{containerPort: 80}]
        volumeMounts: [{name: site, mountPath: /site}, {name: shared, mountPath: /shared}]
        readinessProbe: {httpGet: {path: /index.html, port: 80}, periodSeconds: 1}
      - name: side
        image: docker.io/library/curl:test
        command: [sh, -c, "echo started; echo from-side > /shared/file; while :; do sleep 1; done"]
        volumeMounts: [{name: shared, mountPath: /shared}]
      volumes: [{name: site, configMap: {name: site}}, {name: shared, emptyDir: {}}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: NodePort
  selector: {app: web}
  ports: [{port: 80, nodePort: 30080}]
`;

withContainerd('a cluster of nodes with containerd', () => {
  let cluster: Cluster;
  let kubectl: Kubectl;
  let dir: string;
  let pod: string;

  const fromNode = (...args: string[]) => run('nsenter', ['--net=/var/run/netns/k8ts0-node-1', 'curl', '-sSm', '5', ...args]);

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'k8ts-nodes-'));
    const images = [['busybox.tar', busyboxArchive()], ['curl.tar', curlArchive()]] as const;
    for (const [name, archive] of images) writeFileSync(join(dir, name), archive);
    cluster = await startCluster({ runtime: 'containerd', nodes: 2, dataDir: join(dir, 'data'), images: images.map(([name]) => join(dir, name)) });
    writeFileSync(join(dir, 'kubeconfig'), cluster.kubeconfig, { mode: 0o600 });
    kubectl = new Kubectl(join(dir, 'kubeconfig'));
    await kubectl.apply(SITE);
    await kubectl.run(['rollout', 'status', 'deployment/web', '--timeout=60s']);
    pod = (await kubectl.run(['get', 'pods', '-l', 'app=web', '--field-selector', 'spec.nodeName=node-1', '-o', 'jsonpath={.items[0].metadata.name}'])).trim();
  }, 120_000);

  afterAll(async () => {
    await cluster?.stop();
    rmSync(dir, { recursive: true, force: true });
  }, 60_000);

  it('runs pods of two containers that share volumes on both nodes', async () => {
    expect(await kubectl.run(['get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[*].spec.nodeName}'])).toMatch(/node-1 node-2|node-2 node-1/);
    expect(await kubectl.run(['exec', pod, '-c', 'web', '--', 'cat', '/shared/file'])).toBe('from-side\n');
    expect(await kubectl.run(['logs', pod, '-c', 'side'])).toBe('started\n');
  });

  it('answers at the cluster address and at the node port from a node', async () => {
    const address = await kubectl.run(['get', 'service', 'web', '-o', 'jsonpath={.spec.clusterIP}']);
    expect((await fromNode(`http://${address}/`)).stdout).toBe('hello from a container\n');
    expect((await fromNode('http://172.31.240.11:30080/')).stdout).toBe('hello from a container\n');
    expect((await run('curl', ['-sSm', '5', 'http://172.31.240.12:30080/'])).stdout).toBe('hello from a container\n');
  });

  it('answers by its DNS name from another pod', async () => {
    expect(await kubectl.run(['exec', pod, '-c', 'side', '--', 'curl', '-sSm', '5', 'http://web/'])).toBe('hello from a container\n');
    expect(await kubectl.run(['exec', pod, '-c', 'side', '--', 'curl', '-sSm', '5', 'http://web.default.svc.cluster.local/'])).toBe('hello from a container\n');
  });

  it('starts a container again that was killed', async () => {
    const before = await cluster.client.resource(core.Pod).get({ namespace: 'default', name: pod });
    const id = before.status.containerStatuses?.find((c) => c.name === 'web')?.containerID?.replace('containerd://', '') ?? '';
    await run('ctr', ['-a', join(dir, 'data/nodes/node-1/run/containerd.sock'), '-n', 'k8s.io', 'tasks', 'kill', '-s', '9', id]);
    const after = await until(cluster.client.resource(core.Pod), 'default', pod, (p) => (p?.status.containerStatuses?.find((c) => c.name === 'web')?.restartCount ?? 0) === 1);
    expect(after?.status.containerStatuses?.find((c) => c.name === 'web')?.lastState.terminated?.exitCode).toBe(137);
  });

  it('brings a new pod for one that was deleted', async () => {
    await kubectl.run(['delete', 'pod', pod, '--timeout=30s']);
    await kubectl.run(['rollout', 'status', 'deployment/web', '--timeout=30s']);
    expect(await kubectl.run(['get', 'pods', '-l', 'app=web', '-o', 'name'])).not.toContain(pod);
  });
});
