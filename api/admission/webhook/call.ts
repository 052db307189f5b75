/** One question to one webhook. Behaves like upstream apiserver/pkg/admission/plugin/webhook/{mutating,validating}/dispatcher.go (callAttrMutatingHook, callHook). */
import { isStatusError } from '../../../apimachinery/errors.ts';
import { encodeJson } from '../../../apimachinery/serializer/json.ts';
import { AdmissionReview } from '../../../apimachinery/types/admission.gen.ts';
import { WebhookCallError } from '../../egress/webhook-client.ts';
import { readReview } from '../../egress/webhook-response.ts';
import type { AdmissionDeps, Attributes } from '../interface.ts';
import { CallingWebhookError, denial, dryRunUnsupported, WebhookRejection } from './errors.ts';
import type { Hook } from './hook.ts';
import type { Invocation, VersionedObjects } from '../matching/versions.ts';
import { reviewAnswer, reviewRequest, reviewVersion, type ReviewAnswer, type ReviewVersion } from './review.ts';

export type CallDeps = Pick<AdmissionDeps, 'webhooks' | 'rand'>;

/** The answer of a webhook that allows the request. Throws CallingWebhookError, WebhookRejection or a StatusError. */
export async function ask(hook: Hook, a: Attributes, invocation: Invocation, objects: VersionedObjects, isMutating: boolean, deps: CallDeps): Promise<ReviewAnswer> {
  if (a.dryRun && hook.sideEffects !== 'None' && hook.sideEffects !== 'NoneOnDryRun') {
    throw hook.sideEffects === undefined ? new CallingWebhookError(hook, 'Webhook SideEffects is nil', 400) : dryRunUnsupported(hook);
  }
  const version = reviewVersion(hook.reviewVersions);
  if (!version) throw new CallingWebhookError(hook, 'could not create admission objects: webhook does not accept known AdmissionReview versions (v1, v1beta1)', 400);
  const uid = deps.rand.uuid();
  const review = await answered(hook, a, version, encodeJson(reviewRequest(version, uid, a, invocation, objects)), deps);
  const answer = verified(hook, version, uid, isMutating, review);
  for (const [key, value] of Object.entries(answer.auditAnnotations)) a.ctx.annotate?.(`${hook.name}/${key}`, value);
  for (const text of answer.warnings) a.ctx.warnings.add(text);
  if (!answer.allowed) throw new WebhookRejection(denial(hook, answer.result));
  return answer;
}

async function answered(hook: Hook, a: Attributes, version: ReviewVersion, body: string, { webhooks }: CallDeps): Promise<Partial<AdmissionReview>> {
  try {
    const answer = await webhooks.post(hook.clientConfig, { body, timeoutSeconds: hook.timeoutSeconds, signal: a.ctx.signal });
    return await readReview(answer, { gvk: { ...AdmissionReview.gvk, version }, schema: AdmissionReview.schema });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const isCanceled = error instanceof WebhookCallError && error.isCanceled;
    throw new CallingWebhookError(hook, `failed to call webhook: ${why}`, isStatusError(error) ? error.code : 503, error, isCanceled);
  }
}

function verified(hook: Hook, version: ReviewVersion, uid: string, isMutating: boolean, review: Partial<AdmissionReview>): ReviewAnswer {
  try {
    return reviewAnswer(version, uid, isMutating, review);
  } catch (error) {
    throw new CallingWebhookError(hook, `received invalid webhook response: ${error instanceof Error ? error.message : String(error)}`, 503, error);
  }
}
