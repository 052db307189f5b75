/**
 * Creates what every cluster has: namespaces, roles and bindings, priority classes, flow schemas, API services, the service `kubernetes` and the published authentication
 * configuration. Stands between the stores (registry/generic) and api/server, which is ready only after it. Behaves like upstream pkg/controlplane and its post-start hooks.
 */
import { rfc3339 } from '../../component-base/clock.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { kubernetesServiceObjects, type Advertised } from './kubernetes-service.ts';
import { BOOTSTRAP_OBJECTS } from './objects.gen.ts';
import { completed } from './rbac-upgrade.ts';
import { newWriter, type Writer, type WriterDeps } from './writer.ts';

export interface BootstrapOptions {
  /** Absent: no service `kubernetes` (it is made once the port is known). */
  readonly advertised?: Advertised;
  /** PEM of the authorities of client certificates and of the front proxy, for aggregated servers. */
  readonly clientCA?: string;
  readonly requestHeader?: { readonly clientCA: string; readonly allowedNames: readonly string[] };
  /** Of POD_NAMESPACE and the like beyond upstream's four. */
  readonly systemNamespaces?: readonly string[];
}

const BATCH = 32;

/** Resolves when everything exists. Safe to run again, and by several servers at once. */
export async function bootstrap(deps: WriterDeps, options: BootstrapOptions): Promise<void> {
  const writer = newWriter(deps);
  const now = rfc3339(deps.clock.now());
  const objects = [...builtInObjects(now), ...authenticationConfiguration(options, now), ...(options.systemNamespaces ?? []).map(namespaceObject)];
  await inBatches(objects, (obj) => ensureComplete(writer, obj));
  if (options.advertised) await advertise(deps, options.advertised);
}

/** The service `kubernetes` and its endpoints: anew when the address changed. */
export async function advertise(deps: WriterDeps, advertised: Advertised): Promise<void> {
  const writer = newWriter(deps);
  for (const obj of kubernetesServiceObjects(advertised, rfc3339(deps.clock.now()))) {
    const existing = await writer.ensure(obj);
    if (existing && obj.kind !== 'ServiceCIDR' && obj.kind !== 'Service') await writer.change(existing, (current) => readvertised(current, obj));
  }
}

function readvertised(current: DeepReadonly<Obj>, wanted: Obj): Obj | undefined {
  const fields = ['subsets', 'endpoints', 'ports', 'addressType'].filter((f) => wanted[f] !== undefined);
  const addresses = (obj: DeepReadonly<Obj>): string => JSON.stringify(fields.map((f) => obj[f]));
  if (addresses(current) === addresses(wanted)) return undefined;
  return { ...structuredClone(current as Obj), ...Object.fromEntries(fields.map((f) => [f, wanted[f]])) };
}

function builtInObjects(now: string): Obj[] {
  return BOOTSTRAP_OBJECTS.map((text) => dated(JSON.parse(text) as Obj, now));
}

/** Conditions carry the time of their making. */
function dated(obj: Obj, now: string): Obj {
  const status = obj['status'] as { conditions?: Record<string, unknown>[] } | undefined;
  for (const condition of status?.conditions ?? []) condition['lastTransitionTime'] = now;
  return obj;
}

function namespaceObject(name: string): Obj {
  return { kind: 'Namespace', apiVersion: 'v1', metadata: { name }, spec: {} } as unknown as Obj;
}

async function ensureComplete(writer: Writer, obj: Obj): Promise<void> {
  const existing = await writer.ensure(obj);
  if (existing && completed(existing, obj)) await writer.change(existing, (current) => completed(current, obj));
}

async function inBatches<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  for (let i = 0; i < items.length; i += BATCH) await Promise.all(items.slice(i, i + BATCH).map(run));
}

/** What aggregated API servers and others read to believe this server's front proxy and clients. */
function authenticationConfiguration({ clientCA, requestHeader }: BootstrapOptions, now: string): Obj[] {
  const data: Record<string, string> = {
    ...(clientCA !== undefined && { 'client-ca-file': clientCA }),
    ...(requestHeader && {
      'requestheader-allowed-names': JSON.stringify(requestHeader.allowedNames),
      'requestheader-client-ca-file': requestHeader.clientCA,
      'requestheader-extra-headers-prefix': JSON.stringify(['X-Remote-Extra-']),
      'requestheader-group-headers': JSON.stringify(['X-Remote-Group']),
      'requestheader-username-headers': JSON.stringify(['X-Remote-User']),
    }),
  };
  const map = (name: string, content: Record<string, string>): Obj => ({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name, namespace: 'kube-system' }, data: content }) as unknown as Obj;
  const tracking = map('kube-apiserver-legacy-service-account-token-tracking', { since: now.slice(0, 10) });
  return Object.keys(data).length === 0 ? [tracking] : [map('extension-apiserver-authentication', data), tracking];
}
