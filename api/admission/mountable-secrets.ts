/** Limits a pod to the secrets that its service account names, where the account asks for it. Behaves like upstream plugin/pkg/admission/serviceaccount (limitSecretReferences). */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';

type Account = DeepReadonly<core.ServiceAccount>;
type Container = DeepReadonly<Pick<core.Container, 'name' | 'env' | 'envFrom'>>;

const refused = (what: string, account: Account, kind = 'secret'): string => `${what} is not allowed because service account ${account.metadata.name} does not reference that ${kind}`;

function limitContainers(kind: string, containers: readonly Container[], allowed: ReadonlySet<string>, account: Account): string | undefined {
  for (const { name, env, envFrom } of containers) {
    for (const { name: variable, valueFrom } of env ?? []) {
      const ref = valueFrom?.secretKeyRef;
      if (ref && !allowed.has(ref.name ?? '')) return refused(`${kind} ${name} with envVar ${variable} referencing secret.secretName="${ref.name ?? ''}"`, account);
    }
    for (const { secretRef } of envFrom ?? []) {
      if (secretRef && !allowed.has(secretRef.name ?? '')) return refused(`${kind} ${name} with envFrom referencing secret.secretName="${secretRef.name ?? ''}"`, account);
    }
  }
  return undefined;
}

const secretsOf = (account: Account): ReadonlySet<string> => new Set((account.secrets ?? []).map((s) => s.name ?? ''));

/** Undefined: nothing to refuse. */
export function limitSecrets(account: Account, pod: DeepReadonly<core.Pod>): string | undefined {
  const allowed = secretsOf(account);
  for (const { secret } of pod.spec.volumes ?? []) {
    if (secret && !allowed.has(secret.secretName ?? '')) return refused(`volume with secret.secretName="${secret.secretName ?? ''}"`, account);
  }
  const inContainers =
    limitContainers('init container', pod.spec.initContainers ?? [], allowed, account) ?? limitContainers('container', pod.spec.containers ?? [], allowed, account);
  if (inContainers !== undefined) return inContainers;
  const pull = new Set((account.imagePullSecrets ?? []).map((s) => s.name));
  const at = (pod.spec.imagePullSecrets ?? []).findIndex((s) => !pull.has(s.name));
  return at < 0 ? undefined : refused(`imagePullSecrets[${at}].name="${pod.spec.imagePullSecrets?.[at]?.name ?? ''}"`, account, 'imagePullSecret');
}

export function limitEphemeralContainers(account: Account, pod: DeepReadonly<core.Pod>): string | undefined {
  return limitContainers('ephemeral container', pod.spec.ephemeralContainers ?? [], secretsOf(account), account);
}
