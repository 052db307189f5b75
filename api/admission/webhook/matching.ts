/** Whether a webhook is to be asked about a request, and in which version. Behaves like upstream apiserver/pkg/admission/plugin/webhook/generic/webhook.go (ShouldCallHook). */
import { newForbidden, newInternalError } from '../../../apimachinery/errors.ts';
import type { GroupVersionKind } from '../../../apimachinery/meta.ts';
import type { AdmissionDeps, Attributes } from '../interface.ts';
import type { Hook } from './hook.ts';
import type { Step, WebhookMetrics } from './metrics.ts';
import type { Invocation, VersionedObjects } from './review.ts';
import { ruleMatches } from './rules.ts';
import { namespaceSelected, objectSelected } from './selectors.ts';

export interface Matching extends Pick<AdmissionDeps, 'stores' | 'versions'> {
  readonly metrics: WebhookMetrics;
  readonly step: Step;
  /** The objects as they are now, for selectors. */
  readonly current: VersionedObjects;
  inVersion(kind: GroupVersionKind): Promise<VersionedObjects>;
}

/** Undefined: it is not the webhook's affair. Throws a StatusError when that cannot be told. */
export async function invocationOf(hook: Hook, a: Attributes, matching: Matching): Promise<Invocation | undefined> {
  const inNamespace = await namespaceSelected(hook.namespaceSelector, a, matching.stores);
  if (inNamespace === false) return undefined;
  const isObject = objectSelected(hook.objectSelector, matching.current.object, matching.current.oldObject);
  if (isObject === false) return undefined;
  const invocation = matched(hook, a, matching);
  if (!invocation) return undefined;
  if (inNamespace instanceof Error) throw inNamespace;
  if (isObject instanceof Error) throw isObject;
  return (await meetsConditions(hook, a, invocation, matching)) ? invocation : undefined;
}

function matched(hook: Hook, a: Attributes, { versions }: Matching): Invocation | undefined {
  if (hook.rules.some((rule) => ruleMatches(rule, a))) return { resource: a.resource, kind: a.kind };
  if (!hook.matchesEquivalents) return undefined;
  const equivalents = versions.equivalents(a.resource, a.subresource);
  for (const rule of hook.rules) {
    const found = equivalents.find(({ resource }) => ruleMatches(rule, { operation: a.operation, subresource: a.subresource, namespace: a.namespace, resource }));
    if (found) return found;
  }
  return undefined;
}

async function meetsConditions(hook: Hook, a: Attributes, { kind }: Invocation, { inVersion, metrics, step }: Matching): Promise<boolean> {
  if (!hook.conditions) return true;
  const { object, oldObject } = await inVersion(kind).catch((error: unknown) => {
    throw newInternalError(error instanceof Error ? error.message : String(error), error);
  });
  const outcome = await hook.conditions.matches({ ...a, object: object as Attributes['object'], oldObject }, kind);
  if ('error' in outcome) {
    metrics.conditionFailed(hook.name, step, a.operation);
    if (hook.ignoresFailures) return false;
    throw newForbidden({ group: a.resource.group, resource: a.resource.resource }, a.name, outcome.error.message);
  }
  if (!outcome.matched) metrics.excluded(hook.name, step, a.operation);
  return outcome.matched;
}
