/** Whether a webhook is to be asked about a request, and in which version. Behaves like upstream apiserver/pkg/admission/plugin/webhook/generic/webhook.go (ShouldCallHook). */
import { newForbidden, newInternalError } from '../../../apimachinery/errors.ts';
import type { GroupVersionKind } from '../../../apimachinery/meta.ts';
import { Answers } from '../cel/answers.ts';
import type { AdmissionDeps, Attributes } from '../interface.ts';
import type { ConditionMetrics } from '../match-conditions.ts';
import { invocationBy } from '../matching/rules.ts';
import { namespaceSelected, objectSelected } from '../matching/selectors.ts';
import type { Invocation, VersionedObjects } from '../matching/versions.ts';
import type { Hook } from './hook.ts';
import type { Step, WebhookMetrics } from './metrics.ts';

export interface Matching extends Pick<AdmissionDeps, 'stores' | 'versions' | 'authorizer'> {
  readonly metrics: WebhookMetrics;
  readonly conditions: ConditionMetrics;
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
  const invocation = invocationBy(hook.rules, a, hook.matchesEquivalents ? matching.versions : undefined);
  if (!invocation) return undefined;
  if (inNamespace instanceof Error) throw inNamespace;
  if (isObject instanceof Error) throw isObject;
  return (await meetsConditions(hook, a, invocation, matching)) ? invocation : undefined;
}

async function meetsConditions(hook: Hook, a: Attributes, { kind }: Invocation, { inVersion, authorizer, metrics, step, conditions }: Matching): Promise<boolean> {
  if (!hook.conditions) return true;
  const { object, oldObject } = await inVersion(kind).catch((error: unknown) => {
    throw newInternalError(error instanceof Error ? error.message : String(error), error);
  });
  const outcome = await hook.conditions.matches({ attributes: a, resource: a.resource, kind, object, oldObject, params: undefined, namespace: undefined }, new Answers(authorizer), conditions.of(hook.name, 'webhook', step, a.operation));
  if ('error' in outcome) {
    if (hook.ignoresFailures) return false;
    throw newForbidden({ group: a.resource.group, resource: a.resource.resource }, a.name, outcome.error.message);
  }
  if (!outcome.matched) metrics.excluded(hook.name, step, a.operation);
  return outcome.matched;
}
