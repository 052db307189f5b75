/** Gives each pod a service account and mounts its token. Behaves like upstream plugin/pkg/admission/serviceaccount. */
import * as core from '../../../apimachinery/types/core.gen.ts';
import { newNotFound } from '../../../apimachinery/errors.ts';
import type { MaybePromise } from '../../../apimachinery/http.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import type { Rand } from '../../../component-base/rand.ts';
import type { CachedReader } from '../../../registry/generic/context.ts';
import { podReferences } from '../../authorization/node/pod-references.ts';
import { forbidden } from '../forbidden.ts';
import type { AdmissionDeps, AdmissionPlugin, Attributes } from '../interface.ts';
import { isMirrorPod, isPod } from '../pods.ts';
import { checkResourceName } from '../resource-name.ts';
import { limitEphemeralContainers, limitSecrets } from '../mountable-secrets.ts';

const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const VOLUME_PREFIX = 'kube-api-access-';
const ENFORCE = 'kubernetes.io/enforce-mountable-secrets';
const TRUE: readonly string[] = ['1', 't', 'T', 'true', 'TRUE', 'True'];
const EPHEMERAL = 'ephemeralcontainers';
/** The default account of a new namespace is made by a controller: its pods wait for it. */
const DEFAULT_ATTEMPTS = 10;

type Account = DeepReadonly<core.ServiceAccount>;

export default {
  name: 'ServiceAccount',
  handles: (operation) => operation === 'CREATE' || operation === 'UPDATE',
  concerns: (target) => isPod(target) && (target.operation === 'CREATE' ? target.subresource === '' || target.subresource === EPHEMERAL : target.subresource === EPHEMERAL),
  init(deps) {
    const accounts = new Accounts(deps);
    return {
      admit(a) {
        if (!a.object || a.operation !== 'CREATE') return;
        const pod = a.object as unknown as core.Pod;
        if (isMirrorPod(pod)) return checkMirrorPod(a, pod);
        if (!pod.spec.serviceAccountName) Object.assign(pod.spec, { serviceAccountName: 'default', serviceAccount: 'default' });
        const account = accounts.required(a, pod);
        return account instanceof Promise ? admitLater(a, pod, account, deps.rand) : admitWith(a, pod, account, deps.rand);
      },
      validate(a) {
        if (!a.object) return;
        const pod = a.object as unknown as core.Pod;
        if (a.operation === 'CREATE' && isMirrorPod(pod)) return checkMirrorPod(a, pod);
        const account = accounts.required(a, pod);
        return account instanceof Promise ? limitLater(a, pod, account) : limit(a, pod, account);
      },
    };
  },
} satisfies AdmissionPlugin;

function admitWith(a: Attributes, pod: core.Pod, account: Account, rand: Rand): void {
  complete(pod, account, rand);
  limit(a, pod, account);
}

async function admitLater(a: Attributes, pod: core.Pod, account: Promise<Account>, rand: Rand): Promise<void> {
  admitWith(a, pod, await account, rand);
}

async function limitLater(a: Attributes, pod: core.Pod, account: Promise<Account>): Promise<void> {
  limit(a, pod, await account);
}

/** Pods of accounts that ask for it name no secrets but the account's. */
function limit(a: Attributes, pod: core.Pod, account: Account): void {
  if (!enforces(account)) return;
  const refusal = a.operation === 'UPDATE' ? limitEphemeralContainers(account, pod) : limitSecrets(account, pod);
  if (refusal !== undefined) throw forbidden(a, refusal);
}

class Accounts {
  readonly #deps: AdmissionDeps;
  readonly #cached: CachedReader<core.ServiceAccount>;

  constructor(deps: AdmissionDeps) {
    this.#deps = deps;
    this.#cached = deps.stores.cached(core.ServiceAccount);
  }

  /** The pod's. At once when it is known, as nearly always. */
  required(a: Attributes, pod: core.Pod): MaybePromise<Account> {
    const name = pod.spec.serviceAccountName;
    if (!name) throw forbidden(a, `no service account specified for pod ${a.namespace}/${pod.metadata.name ?? ''}`);
    try {
      return this.#cached.get({ namespace: a.namespace, name }) ?? this.#lookUp(a, name);
    } catch (error) {
      throw notFound(a, name, error);
    }
  }

  async #lookUp(a: Attributes, name: string): Promise<Account> {
    try {
      return await this.#find(a.namespace, name);
    } catch (error) {
      throw notFound(a, name, error);
    }
  }

  async #find(namespace: string, name: string): Promise<Account> {
    const { stores, clock, rand } = this.#deps;
    checkResourceName(name);
    const pause = 100 + rand.int(100);
    for (let attempt = 0; attempt < (name === 'default' ? DEFAULT_ATTEMPTS : 1); attempt++) {
      if (attempt > 0) await clock.sleep(pause);
      const found = await stores.of(core.ServiceAccount).get({ namespace, name });
      if (found) return found;
    }
    throw newNotFound({ group: '', resource: 'serviceaccount' }, name);
  }
}

function notFound(a: Attributes, name: string, error: unknown): Error {
  return forbidden(a, `error looking up service account ${a.namespace}/${name}: ${error instanceof Error ? error.message : String(error)}`);
}

function checkMirrorPod(a: Attributes, pod: core.Pod): void {
  if (pod.spec.serviceAccountName) throw forbidden(a, 'a mirror pod may not reference service accounts');
  if (podReferences(pod).some((r) => r.type === 'secret')) throw forbidden(a, 'a mirror pod may not reference secrets');
  const projectsToken = (pod.spec.volumes ?? []).some((v) => (v.projected?.sources ?? []).some((s) => s.serviceAccountToken));
  if (projectsToken) throw forbidden(a, 'a mirror pod may not use ServiceAccountToken volume projections');
}

function enforces(account: Account): boolean {
  const asked = account.metadata.annotations?.[ENFORCE];
  return asked !== undefined && TRUE.includes(asked);
}

function complete(pod: core.Pod, account: Account, rand: Rand): void {
  if (pod.spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountToken(pod.spec, rand);
  if ((pod.spec.imagePullSecrets?.length ?? 0) === 0 && (account.imagePullSecrets?.length ?? 0) > 0) {
    pod.spec.imagePullSecrets = (account.imagePullSecrets ?? []).map(({ name }) => ({ ...(name !== undefined && { name }) })) as core.LocalObjectReference[];
  }
}

/** A container that mounts something at the path already gets no token. */
function mountToken(spec: core.PodSpec, rand: Rand): void {
  const existing = tokenVolumeName(spec.volumes);
  const name = existing ?? `${VOLUME_PREFIX}${rand.suffix(5)}`;
  const inInit = mountIn(spec.initContainers, name);
  const inMain = mountIn(spec.containers, name);
  if ((inInit || inMain) && existing === undefined) spec.volumes = [...(spec.volumes ?? []), { name, projected: tokenVolume() } as core.Volume];
}

function tokenVolumeName(volumes: readonly core.Volume[] | null | undefined): string | undefined {
  for (const { name } of volumes ?? []) if (name.startsWith(VOLUME_PREFIX)) return name;
  return undefined;
}

/** Whether any of them needed it. */
function mountIn(containers: readonly core.Container[] | null | undefined, name: string): boolean {
  let needed = false;
  for (const container of containers ?? []) {
    if (mountsToken(container.volumeMounts)) continue;
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: MOUNT_PATH }];
    needed = true;
  }
  return needed;
}

function mountsToken(mounts: readonly core.VolumeMount[] | null | undefined): boolean {
  for (const { mountPath } of mounts ?? []) if (mountPath === MOUNT_PATH) return true;
  return false;
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
