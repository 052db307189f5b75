/** Asks validating webhooks all at once; the first refusal counts. Behaves like upstream apiserver/pkg/admission/plugin/webhook/validating/dispatcher.go. */
import { newTimeout } from '../../../apimachinery/errors.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import type { Obj } from '../../../apimachinery/meta.ts';
import type { AdmissionDeps, Attributes } from '../interface.ts';
import { ConditionMetrics } from '../match-conditions.ts';
import { versionedObjects, type Invocation, type VersionedObjects } from '../matching/versions.ts';
import { ask } from './call.ts';
import type { Hook } from './hook.ts';
import { invocationOf } from './matching.ts';
import { WebhookMetrics } from './metrics.ts';
import { outcomeOf } from './outcome.ts';

const STEP = 'validating';

interface Question {
  readonly hook: Hook;
  readonly invocation: Invocation;
  readonly objects: VersionedObjects;
}

export async function validate(hooks: readonly Hook[], a: Attributes, deps: AdmissionDeps): Promise<void> {
  const metrics = WebhookMetrics.of(deps.metrics);
  const questions = await questionsFor(hooks, a, deps, metrics);
  if (questions.length === 0) return;
  if (a.ctx.signal.aborted) throw newTimeout('request did not complete within requested timeout', 0);
  const refusals: unknown[] = [];
  const answered = questions.map(async ({ hook, invocation, objects }, index) => {
    const asking = { hook, attributes: a, step: STEP, metrics, clock: deps.clock, log: deps.log, failedOpenKey: `failed-open.validating.webhook.admission.k8s.io/round_0_index_${index}` } as const;
    try {
      await outcomeOf(asking, () => ask(hook, a, invocation, objects, false, deps));
    } catch (error) {
      refusals.push(error);
    }
  });
  await Promise.all(answered);
  if (refusals.length > 0) throw refusals[0];
}

async function questionsFor(hooks: readonly Hook[], a: Attributes, deps: AdmissionDeps, metrics: WebhookMetrics): Promise<readonly Question[]> {
  const current: VersionedObjects = { object: a.object as DeepReadonly<Obj> | undefined, oldObject: a.oldObject };
  const inVersion = versionedObjects(a, deps.versions);
  const matching = { stores: deps.stores, versions: deps.versions, authorizer: deps.authorizer, metrics, conditions: ConditionMetrics.of(deps), step: STEP, current, inVersion } as const;
  const questions: Question[] = [];
  for (const hook of hooks) {
    const invocation = await invocationOf(hook, a, matching);
    if (invocation) questions.push({ hook, invocation, objects: await inVersion(invocation.kind) });
  }
  return questions;
}
