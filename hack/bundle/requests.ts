/** What users do with a cluster: the requests of kubectl, of client libraries and of an application that starts and ends, each a few times. */
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect, type ClientHttp2Session } from 'node:http2';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';
const DISCOVERY = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
const PROTOBUF = 'application/vnd.kubernetes.protobuf,application/json';
const PODS = '/api/v1/namespaces/default/pods';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';

/** One request; its answer's text. Anything but 2xx is an error. */
type Send = (method: string, path: string, body?: unknown, type?: string, accept?: string) => Promise<string>;

/** `text`: a kubeconfig with certificates. */
function dial(text: string): ClientHttp2Session {
  const field = (name: string): string => new RegExp(`${name}: "?([^"\\s]+)`).exec(text)?.[1] ?? '';
  const pem = (name: string): Buffer => Buffer.from(field(name), 'base64');
  return connect(field('server'), { ca: pem('certificate-authority-data'), cert: pem('client-certificate-data'), key: pem('client-key-data') });
}

function sender(session: ClientHttp2Session): Send {
  return async (method, path, body, type = 'application/json', accept = 'application/json') => {
    const stream = session.request({ ':method': method, ':path': path, accept, ...(body !== undefined && { 'content-type': type }) }, { endStream: body === undefined });
    let status = 0;
    stream.on('response', (headers) => (status = Number(headers[':status'])));
    if (body !== undefined) stream.end(JSON.stringify(body));
    const text = (await stream.setEncoding('utf8').toArray()).join('');
    if (status < 200 || status > 299) throw new Error(`${method} ${path}: ${status} ${text}`);
    return text;
  };
}

const podSpec = {
  containers: [
    {
      name: 'web',
      image: 'nginx:1',
      ports: [{ containerPort: 80 }],
      env: [{ name: 'A', value: 'b' }, { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
      resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } },
      readinessProbe: { httpGet: { path: '/', port: 80 } },
      volumeMounts: [{ name: 'config', mountPath: '/etc/web' }],
    },
  ],
  volumes: [{ name: 'config', configMap: { name: 'web' } }],
};
const labels = { app: 'web' };
const named = (kind: string, apiVersion: string, name: string, rest: object): object => ({ apiVersion, kind, metadata: { name, labels, annotations: { note: 'a' } }, ...rest });

/** Until its first event. */
async function watch(session: ClientHttp2Session, path: string): Promise<void> {
  const stream = session.request({ ':path': `${path}?watch=1`, accept: 'application/json' });
  await once(stream, 'data');
  stream.close();
}

async function discover(send: Send): Promise<void> {
  for (const path of ['/api', '/apis']) await send('GET', path, undefined, undefined, DISCOVERY);
  for (const path of ['/version', '/readyz', '/api/v1', '/apis/apps/v1']) await send('GET', path);
}

async function read(send: Send, path: string): Promise<void> {
  for (const accept of ['application/json', TABLE, PROTOBUF]) {
    for (const query of ['', '?limit=2', '?labelSelector=app%3Dweb&resourceVersion=0', '?fieldSelector=metadata.name%3Dp0']) await send('GET', `${path}${query}`, undefined, undefined, accept);
  }
}

async function change(send: Send, path: string, apply: object): Promise<void> {
  const object = JSON.parse(await send('GET', path)) as { metadata: { labels: Record<string, string> } };
  await send('PUT', path, { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, put: 'a' } } });
  const patch = { metadata: { labels: { patched: 'a' } } };
  await send('PATCH', path, patch, 'application/merge-patch+json');
  await send('PATCH', path, patch, 'application/strategic-merge-patch+json');
  await send('PATCH', path, [{ op: 'add', path: '/metadata/labels/json', value: 'a' }], 'application/json-patch+json');
  for (let i = 0; i < 2; i++) await send('PATCH', `${path}?fieldManager=me&force=true`, apply, 'application/apply-patch+yaml');
}

async function untilAvailable(send: Send): Promise<void> {
  const available = async (): Promise<boolean> => (JSON.parse(await send('GET', `${DEPLOYMENTS}/web`)) as { status?: { availableReplicas?: number } }).status?.availableReplicas === 2;
  for (let tries = 0; !(await available()); tries++) {
    if (tries === 300) throw new Error('the deployment did not become available');
    await sleep(20);
  }
}

async function runApplication(send: Send): Promise<void> {
  await send('POST', '/api/v1/namespaces/default/configmaps', named('ConfigMap', 'v1', 'web', { data: { a: 'b' } }));
  await send('POST', '/api/v1/namespaces/default/services', named('Service', 'v1', 'web', { spec: { selector: labels, ports: [{ port: 80 }] } }));
  const deployment = named('Deployment', 'apps/v1', 'web', { spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec } } });
  await send('POST', DEPLOYMENTS, deployment);
  await untilAvailable(send);
  await change(send, `${DEPLOYMENTS}/web`, deployment);
  await read(send, DEPLOYMENTS);
  await send('DELETE', `${DEPLOYMENTS}/web`, { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Foreground' });
}

async function handlePods(send: Send): Promise<void> {
  // Of these the scheduler's and the kubelet's work is not waited for.
  for (let i = 0; i < 10; i++) await send('POST', PODS, named('Pod', 'v1', `p${i}`, { spec: podSpec }));
  await change(send, `${PODS}/p0`, named('Pod', 'v1', 'p0', {}));
  await read(send, PODS);
  for (let i = 0; i < 5; i++) await send('DELETE', `${PODS}/p${i}`);
  await send('DELETE', PODS);
}

async function untilUp(dir: string): Promise<string> {
  while (!existsSync(join(dir, 'cluster.json'))) await sleep(20);
  return readFileSync(join(dir, 'admin.kubeconfig'), 'utf8');
}

/** Waits for the cluster of a data directory and uses it. */
export async function useCluster(dir: string): Promise<void> {
  const session = dial(await untilUp(dir));
  const send = sender(session);
  await discover(send);
  await read(send, '/api/v1/namespaces');
  for (const path of ['/api/v1/namespaces', '/api/v1/nodes']) await watch(session, path);
  await runApplication(send);
  await handlePods(send);
  session.close();
}
