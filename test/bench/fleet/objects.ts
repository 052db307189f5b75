/** Nodes, their leases and their pods. A pod is what a Deployment of a small web application makes: about 4 kB as it is stored. */

export interface Fleet {
  readonly pods: number;
  readonly nodes: number;
}

const NAMESPACES = 100;
const LEASE_NAMESPACE = 'kube-node-lease';

export const nodeName = (i: number): string => `node-${i}`;
export const nodeOf = (fleet: Fleet, pod: number): string => nodeName(pod % fleet.nodes);
export const namespaceOf = (pod: number): string => `fleet-${pod % NAMESPACES}`;
export const podPath = (pod: number, tail = ''): string => `/api/v1/namespaces/${namespaceOf(pod)}/pods/web-${pod}${tail}`;
export const leasePath = (i: number): string => `/apis/coordination.k8s.io/v1/namespaces/${LEASE_NAMESPACE}/leases/${nodeName(i)}`;
export const namespaces = (): readonly string[] => Array.from({ length: NAMESPACES }, (_, i) => namespaceOf(i));

export const watchPath = (i: number): string =>
  `/api/v1/pods?fieldSelector=spec.nodeName%3D${nodeName(i)}&watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=7200`;

export const nodeText = (i: number): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name: nodeName(i), labels: { 'kubernetes.io/hostname': nodeName(i), 'kubernetes.io/os': 'linux', 'topology.kubernetes.io/zone': `z${i % 3}` } } });

export const leaseText = (i: number, now: string, resourceVersion?: string): string =>
  JSON.stringify({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: nodeName(i), namespace: LEASE_NAMESPACE, ...(resourceVersion !== undefined && { resourceVersion }) }, spec: { holderIdentity: nodeName(i), leaseDurationSeconds: 40, renewTime: now } });

export function podText(fleet: Fleet, pod: number): string {
  const probe = (path: string): object => ({ httpGet: { path, port: 'http' }, periodSeconds: 5 });
  const web = {
    name: 'web', image: 'registry.example/web:1.2.3', args: ['--listen=:8080', '--log=info'], ports: [{ name: 'http', containerPort: 8080 }],
    env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }, { name: 'REGION', value: 'eu-1' }, { name: 'CACHE', value: 'redis:6379' }],
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } }, readinessProbe: probe('/ready'), livenessProbe: probe('/live'),
    volumeMounts: [{ name: 'config', mountPath: '/etc/web' }, { name: 'tmp', mountPath: '/tmp' }],
  };
  const logs = { name: 'logs', image: 'registry.example/logs:2.0', env: [{ name: 'LEVEL', value: 'info' }], volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }] };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `web-${pod}`,
      labels: { app: `web-${pod % 500}`, 'pod-template-hash': '5d4f8c7b9', tier: `t${pod % 10}` },
      annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080', 'checksum/config': '0b5d4c3f2a1e' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `web-${pod % 500}-5d4f8c7b9`, uid: '3a1b2c3d-0000-4000-8000-1234567890ab', controller: true, blockOwnerDeletion: true }],
    },
    spec: {
      nodeName: nodeOf(fleet, pod), automountServiceAccountToken: false, containers: [web, logs], volumes: [{ name: 'config', configMap: { name: 'web' } }, { name: 'tmp', emptyDir: {} }],
      nodeSelector: { 'kubernetes.io/os': 'linux' }, tolerations: [{ key: 'spot', operator: 'Exists', effect: 'NoSchedule' }],
    },
  });
}

/** Watchers find the time of sending between these. */
export const MARK = 'sent-at:';

/** A kubelet's word on a pod; `sentAt` in ms. */
export const statusPatch = (sentAt: number): string =>
  JSON.stringify({ status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True', message: `${MARK}${sentAt.toFixed(3)};` }] } });
