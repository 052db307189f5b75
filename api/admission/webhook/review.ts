/** AdmissionReview: what a webhook is sent and what counts as its answer. Pure. Behaves like upstream apiserver/pkg/admission/plugin/webhook/request. */
import { decodeBase64 } from '../../../apimachinery/schema/base64.ts';
import { goQuote } from '../../../apimachinery/go-text.ts';
import type { AdmissionResponse, AdmissionReview } from '../../../apimachinery/types/admission.gen.ts';
import type { Status } from '../../../apimachinery/types/meta.gen.ts';
import type { Attributes } from '../interface.ts';
import { requestOf, type Invocation, type VersionedObjects } from '../matching/versions.ts';

export type ReviewVersion = 'v1' | 'v1beta1';
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
export function reviewRequest(version: ReviewVersion, uid: string, a: Attributes, invocation: Invocation, objects: VersionedObjects): object {
  return {
    kind: 'AdmissionReview',
    apiVersion: `admission.k8s.io/${version}`,
    request: { uid, ...requestOf(a, invocation), object: objects.object ?? null, oldObject: objects.oldObject ?? null, dryRun: a.dryRun, options: a.options ?? null },
  };
}

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
