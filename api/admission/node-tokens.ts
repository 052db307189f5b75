/** A kubelet gets tokens for the pods on its node, for audiences that they ask for. Behaves like upstream plugin/pkg/admission/noderestriction (admitServiceAccount). */
import { newNotFound } from '../../apimachinery/errors.ts';
import type * as authentication from '../../apimachinery/types/authentication.gen.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import * as storage from '../../apimachinery/types/storage.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { forbidden } from './forbidden.ts';
import type { AdmissionDeps, Attributes } from './interface.ts';
import type { NodeRule } from './node-rules.ts';

type Pod = DeepReadonly<core.Pod>;

export const nodeTokens: NodeRule = async (node, a, deps) => {
  if (a.operation !== 'CREATE' || a.subresource !== 'token') return;
  const { spec } = a.object as unknown as DeepReadonly<authentication.TokenRequest>;
  const ref = spec.boundObjectRef;
  if (!ref || ref.apiVersion !== 'v1' || ref.kind !== 'Pod' || !ref.name) throw forbidden(a, 'node requested token not bound to a pod');
  if (!ref.uid) throw forbidden(a, 'node requested token with a pod binding without a uid');
  const key = { namespace: a.namespace, name: ref.name };
  const pod = deps.stores.cached(core.Pod).get(key) ?? (await deps.stores.of(core.Pod).get(key));
  if (!pod) throw newNotFound({ group: '', resource: 'pod' }, ref.name);
  if (ref.uid !== pod.metadata.uid) throw forbidden(a, `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`);
  if (pod.spec.nodeName !== node) throw forbidden(a, 'node requested token bound to a pod scheduled on a different node');
  await checkAudience(spec.audiences ?? [], pod, a, deps);
};

async function checkAudience(audiences: readonly string[], pod: Pod, a: Attributes, deps: AdmissionDeps): Promise<void> {
  if (audiences.length > 1) throw forbidden(a, 'node may only request 0 or 1 audiences');
  const [audience = ''] = audiences;
  if (asksForAudience(pod, audience, deps)) return;
  const verdict = await deps.authorizer.authorize({
    user: a.user,
    verb: 'request-serviceaccounts-token-audience',
    isResourceRequest: true,
    namespace: a.namespace,
    apiGroup: '',
    apiVersion: 'v1',
    resource: audience,
    subresource: '',
    name: a.name,
    path: '',
  });
  if (verdict.decision === 'allow') return;
  const text = `audience ${JSON.stringify(audience)} not found in pod spec volume, `;
  throw forbidden(a, verdict.error ? `${text}error authorizing ${a.user.name} to request tokens for this audience: ${verdict.error.message}` : `${text}${a.user.name} is not authorized to request tokens for this audience`);
}

/** By a projected volume, or by the driver of a CSI volume. */
function asksForAudience(pod: Pod, audience: string, { stores }: AdmissionDeps): boolean {
  const claimDriver = (name: string): string | undefined => {
    const volumeName = stores.cached(core.PersistentVolumeClaim).get({ namespace: pod.metadata.namespace ?? '', name })?.spec.volumeName;
    return volumeName ? stores.cached(core.PersistentVolume).get({ namespace: '', name: volumeName })?.spec.csi?.driver : undefined;
  };
  return (pod.spec.volumes ?? []).some((v) => {
    if ((v.projected?.sources ?? []).some((s) => s.serviceAccountToken && (s.serviceAccountToken.audience ?? '') === audience)) return true;
    const claim = v.ephemeral?.volumeClaimTemplate ? `${pod.metadata.name}-${v.name}` : v.persistentVolumeClaim?.claimName;
    const driver = claim ? claimDriver(claim) : v.csi?.driver;
    const requests = driver ? stores.cached(storage.CSIDriver).get({ namespace: '', name: driver })?.spec.tokenRequests : undefined;
    return (requests ?? []).some((r) => r.audience === audience);
  });
}
