/** ConversionReview: what a webhook is sent and what counts as its answer. Pure. Behaves like upstream apiextensions-apiserver/pkg/apiserver/conversion/webhook_converter.go. */
import { goQuote } from '../../../apimachinery/go-text.ts';
import type { Obj } from '../../../apimachinery/meta.ts';
import type { ConversionReview } from '../../../apimachinery/types/apiextensions.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';

const GROUP = 'apiextensions.k8s.io';
const KIND = 'ConversionReview';
const VERSIONS: ReadonlySet<string> = new Set(['v1', 'v1beta1']);

/** The first known one of those that a definition lists. */
export function reviewVersion(accepted: readonly string[]): string | undefined {
  return accepted.find((version) => VERSIONS.has(version));
}

/** What upstream's Go type prints of a response that is not there yet. */
const NO_RESPONSE = { uid: '', convertedObjects: null, result: { metadata: {} } };

/** The same in both versions. */
export function reviewRequest(version: string, uid: string, objects: readonly DeepReadonly<Obj>[], desiredAPIVersion: string): object {
  return { kind: KIND, apiVersion: `${GROUP}/${version}`, request: { uid, desiredAPIVersion, objects }, response: NO_RESPONSE };
}

/** The objects as the webhook sent them. Throws an Error with upstream's text. v1beta1 need not say what it is and whom it answers. */
export function convertedObjects(version: string, uid: string, review: Partial<ConversionReview>): readonly unknown[] {
  const { response } = review;
  if (version === 'v1') checkForm(review);
  if (!response) throw new Error('no response provided');
  if (version === 'v1' && (response.uid ?? '') !== uid) throw new Error(`expected response.uid=${goQuote(uid)}, got ${goQuote(response.uid ?? '')}`);
  const { status = '', message = '' } = response.result ?? {};
  if (status !== 'Success') throw new Error(message === '' ? `response.result.status was '${status}', not 'Success'` : message);
  return response.convertedObjects ?? [];
}

function checkForm({ apiVersion = '', kind = '' }: Partial<ConversionReview>): void {
  if (apiVersion === `${GROUP}/v1` && kind === KIND) return;
  throw new Error(`expected webhook response of ${GROUP}/v1, Kind=${KIND}, got ${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind}`);
}
