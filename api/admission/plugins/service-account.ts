/** Gives each pod a service account and mounts its token. Behaves like upstream plugin/pkg/admission/serviceaccount. */
import * as core from '../../../apimachinery/types/core.gen.ts';
import { newNotFound } from '../../../apimachinery/errors.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import type { Rand } from '../../../component-base/rand.ts';
import { podReferences } from '../../authorization/node/pod-references.ts';
import { forbidden } from '../forbidden.ts';
import type { AdmissionDeps, AdmissionPlugin, Attributes } from '../interface.ts';
import { isMirrorPod, isPod } from '../pods.ts';
import { checkResourceName } from '../resource-name.ts';
import { limitEphemeralContainers, limitSecrets } from '../mountable-secrets.ts';

const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const VOLUME_PREFIX = 'kube-api-access-';
const ENFORCE = 'kubernetes.io/enforce-mountable-secrets';
/** The default account of a new namespace is made by a controller: its pods wait for it. */
const DEFAULT_ATTEMPTS = 10;

type Account = DeepReadonly<core.ServiceAccount>;

export default {
  name: 'ServiceAccount',
  handles: (operation) => operation === 'CREATE' || operation === 'UPDATE',
  init(deps) {
    const accountOf = newAccountLookup(deps);
    const validate = async (a: Attributes): Promise<void> => {
      if (isIgnored(a)) return;
      const pod = a.object as unknown as core.Pod;
      if (a.operation === 'UPDATE' && a.subresource !== 'ephemeralcontainers') return;
      if (a.operation === 'CREATE' && isMirrorPod(pod)) return checkMirrorPod(a, pod);
      const account = await requiredAccount(a, pod, accountOf);
      if (!enforces(account)) return;
      const refusal = a.operation === 'UPDATE' ? limitEphemeralContainers(account, pod) : limitSecrets(account, pod);
      if (refusal !== undefined) throw forbidden(a, refusal);
    };
    return {
      async admit(a) {
        if (isIgnored(a) || a.operation !== 'CREATE') return;
        const pod = a.object as unknown as core.Pod;
        if (!isMirrorPod(pod)) {
          if (!pod.spec.serviceAccountName) Object.assign(pod.spec, { serviceAccountName: 'default', serviceAccount: 'default' });
          complete(pod, await requiredAccount(a, pod, accountOf), deps.rand);
        }
        await validate(a);
      },
      validate,
    };
  },
} satisfies AdmissionPlugin;

function isIgnored(a: Attributes): boolean {
  return !isPod(a) || (a.subresource !== '' && a.subresource !== 'ephemeralcontainers') || !a.object;
}

type Lookup = (namespace: string, name: string) => Promise<Account>;

function newAccountLookup({ stores, clock, rand }: AdmissionDeps): Lookup {
  const cached = stores.cached(core.ServiceAccount);
  return async (namespace, name) => {
    const known = cached.get({ namespace, name });
    if (known) return known;
    checkResourceName(name);
    const pause = 100 + rand.int(100);
    for (let attempt = 0; attempt < (name === 'default' ? DEFAULT_ATTEMPTS : 1); attempt++) {
      if (attempt > 0) await clock.sleep(pause);
      const found = await stores.of(core.ServiceAccount).get({ namespace, name });
      if (found) return found;
    }
    throw newNotFound({ group: '', resource: 'serviceaccount' }, name);
  };
}

async function requiredAccount(a: Attributes, pod: core.Pod, accountOf: Lookup): Promise<Account> {
  const name = pod.spec.serviceAccountName;
  if (!name) throw forbidden(a, `no service account specified for pod ${a.namespace}/${pod.metadata.name ?? ''}`);
  try {
    return await accountOf(a.namespace, name);
  } catch (error) {
    throw forbidden(a, `error looking up service account ${a.namespace}/${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function checkMirrorPod(a: Attributes, pod: core.Pod): void {
  if (pod.spec.serviceAccountName) throw forbidden(a, 'a mirror pod may not reference service accounts');
  if (podReferences(pod).some((r) => r.type === 'secret')) throw forbidden(a, 'a mirror pod may not reference secrets');
  const projectsToken = (pod.spec.volumes ?? []).some((v) => (v.projected?.sources ?? []).some((s) => s.serviceAccountToken));
  if (projectsToken) throw forbidden(a, 'a mirror pod may not use ServiceAccountToken volume projections');
}

function enforces(account: Account): boolean {
  return ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(account.metadata.annotations?.[ENFORCE] ?? '');
}

function complete(pod: core.Pod, account: Account, rand: Rand): void {
  if (pod.spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountToken(pod, rand);
  if ((pod.spec.imagePullSecrets ?? []).length === 0 && (account.imagePullSecrets ?? []).length > 0) {
    pod.spec.imagePullSecrets = (account.imagePullSecrets ?? []).map(({ name }) => ({ ...(name !== undefined && { name }) })) as core.LocalObjectReference[];
  }
}

/** A container that mounts something at the path already gets no token. */
function mountToken(pod: core.Pod, rand: Rand): void {
  const existing = (pod.spec.volumes ?? []).find((v) => v.name.startsWith(VOLUME_PREFIX));
  const name = existing?.name ?? `${VOLUME_PREFIX}${rand.suffix(5)}`;
  let needed = false;
  for (const container of [...(pod.spec.initContainers ?? []), ...(pod.spec.containers ?? [])]) {
    const mounts = container.volumeMounts ?? [];
    if (mounts.some((m) => m.mountPath === MOUNT_PATH)) continue;
    container.volumeMounts = [...mounts, { name, readOnly: true, mountPath: MOUNT_PATH }];
    needed = true;
  }
  if (needed && !existing) pod.spec.volumes = [...(pod.spec.volumes ?? []), { name, projected: tokenVolume() } as core.Volume];
}

function tokenVolume(): core.ProjectedVolumeSource {
  return {
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
    ],
    defaultMode: 420,
  } as core.ProjectedVolumeSource;
}
