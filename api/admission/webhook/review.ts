/** AdmissionReview: what a webhook is sent and what counts as its answer. Pure. Behaves like upstream apiserver/pkg/admission/plugin/webhook/request. */
import type { GroupVersionKind, GroupVersionResource, Obj } from '../../../apimachinery/meta.ts';
import { decodeBase64 } from '../../../apimachinery/schema/base64.ts';
import { goQuote } from '../../../apimachinery/go-text.ts';
import type { AdmissionResponse, AdmissionReview } from '../../../apimachinery/types/admission.gen.ts';
import type { Status } from '../../../apimachinery/types/meta.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import type { Attributes } from '../interface.ts';

export type ReviewVersion = 'v1' | 'v1beta1';
/** A request as a webhook sees it: in the version that its rules name. */
export interface Invocation {
  readonly resource: GroupVersionResource;
  readonly kind: GroupVersionKind;
}
export interface VersionedObjects {
  readonly object: DeepReadonly<Obj> | undefined;
  readonly oldObject: DeepReadonly<Obj> | undefined;
}
/** Of a response whose form is right. */
export interface ReviewAnswer {
  readonly allowed: boolean;
  readonly result: Partial<Status> | undefined;
  /** Bytes of a JSON patch. */
  readonly patch: Uint8Array | undefined;
  readonly patchType: string;
  readonly auditAnnotations: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

const VERSIONS: ReadonlySet<string> = new Set<ReviewVersion>(['v1', 'v1beta1']);

/** The first known one. */
export function reviewVersion(accepted: readonly string[]): ReviewVersion | undefined {
  return accepted.find((version): version is ReviewVersion => VERSIONS.has(version));
}

/** The same in both versions. */
export function reviewRequest(version: ReviewVersion, uid: string, a: Attributes, { kind, resource }: Invocation, objects: VersionedObjects): object {
  const { subresource, name, namespace, user } = a;
  return {
    kind: 'AdmissionReview',
    apiVersion: `admission.k8s.io/${version}`,
    request: {
      uid,
      kind: gvk(kind),
      resource: gvr(resource),
      ...(subresource !== '' && { subResource: subresource }),
      requestKind: gvk(a.kind),
      requestResource: gvr(a.resource),
      ...(subresource !== '' && { requestSubResource: subresource }),
      ...(name !== '' && { name }),
      ...(namespace !== '' && { namespace }),
      operation: a.operation,
      userInfo: {
        ...(user.name !== '' && { username: user.name }),
        ...(user.uid !== '' && { uid: user.uid }),
        ...(user.groups.length > 0 && { groups: user.groups }),
        ...(Object.keys(user.extra).length > 0 && { extra: user.extra }),
      },
      object: objects.object ?? null,
      oldObject: objects.oldObject ?? null,
      dryRun: a.dryRun,
      options: a.options ?? null,
    },
  };
}

const gvk = ({ group, version, kind }: GroupVersionKind): object => ({ group, version, kind });
const gvr = ({ group, version, resource }: GroupVersionResource): object => ({ group, version, resource });

/** Throws an Error that says what is wrong with the form. */
export function reviewAnswer(version: ReviewVersion, uid: string, isMutating: boolean, review: Partial<AdmissionReview>): ReviewAnswer {
  const { response } = review;
  if (!response) throw new Error('webhook response was absent');
  if (version === 'v1') checkForm(uid, isMutating, review, response);
  const patch = isMutating ? patchOf(response) : undefined;
  return {
    allowed: response.allowed ?? false,
    result: response.status as Partial<Status> | undefined,
    patch,
    patchType: version === 'v1' ? (response.patchType ?? '') : patch ? 'JSONPatch' : '',
    auditAnnotations: response.auditAnnotations ?? {},
    warnings: response.warnings ?? [],
  };
}

function checkForm(uid: string, isMutating: boolean, { apiVersion = '', kind = '' }: Partial<AdmissionReview>, response: AdmissionResponse): void {
  if ((response.uid ?? '') !== uid) throw new Error(`expected response.uid=${goQuote(uid)}, got ${goQuote(response.uid ?? '')}`);
  if (apiVersion !== 'admission.k8s.io/v1' || kind !== 'AdmissionReview') throw new Error(`expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got ${apiVersion === '' ? '/' : apiVersion}, Kind=${kind}`);
  const hasPatch = (response.patch ?? '') !== '';
  const hasType = response.patchType !== undefined && response.patchType !== null;
  if (!isMutating) {
    if (hasPatch) throw new Error('validating webhook may not return response.patch');
    if (hasType) throw new Error('validating webhook may not return response.patchType');
    return;
  }
  if (hasPatch && !hasType) throw new Error('webhook returned response.patch but not response.patchType');
  if (!hasPatch && hasType) throw new Error('webhook returned response.patchType but not response.patch');
  if (hasType && response.patchType === '') throw new Error('webhook returned invalid response.patchType of ""');
}

function patchOf({ patch }: AdmissionResponse): Uint8Array | undefined {
  if (patch === undefined || patch === null || patch === '') return undefined;
  const bytes = decodeBase64(patch);
  return bytes instanceof Uint8Array ? bytes : undefined;
}
