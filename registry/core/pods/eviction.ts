/** Deletes a pod if its disruption budget allows it. Behaves like upstream pkg/registry/core/pod/storage/eviction.go. */
import {
  isConflict,
  newBadRequest,
  newForbidden,
  newInvalid,
  newNotFound,
  newTooManyRequests,
  StatusError,
} from '../../../apimachinery/errors.ts';
import type { Key, Obj } from '../../../apimachinery/meta.ts';
import * as core from '../../../apimachinery/types/core.gen.ts';
import type { Status } from '../../../apimachinery/types/meta.gen.ts';
import * as policy from '../../../apimachinery/types/policy.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { invalid, Path } from '../../../apimachinery/validation/field.ts';
import { validateDeleteOptions, type DeleteOptions } from '../../../apimachinery/validation/write-options.ts';
import { rfc3339 } from '../../../component-base/clock.ts';
import type { GracefulDelete, RequestContext } from '../../generic/context.ts';
import type { SubresourceContext } from '../../generic/definition.ts';
import { matchesSelector } from '../selector-match.ts';
import { success } from './binding.ts';
import { isPodReady, setPodCondition } from './condition.ts';

type Pod = DeepReadonly<core.Pod>;
type Budget = DeepReadonly<policy.PodDisruptionBudget>;

const PODS = { group: '', resource: 'pods' };
const BUDGETS = { group: 'policy', resource: 'poddisruptionbudgets' };
const SEVERAL = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
const IGNORE = 'ignoreStoreReadErrorWithClusterBreakingPotential';
/** Evicted pods that the disruption controller has not seen yet; more than this and it is stuck. */
const MAX_DISRUPTED = 2000;

export async function evictPod(parent: Key, eviction: policy.Eviction, ctx: SubresourceContext): Promise<Status> {
  if (eviction.metadata.name !== parent.name) throw newBadRequest('name in URL does not match name in Eviction object');
  if (eviction.deleteOptions?.[IGNORE]) {
    const error = invalid(Path.of('deleteOptions', IGNORE), true, 'can not be set for pod eviction, try after removing the option');
    throw newInvalid('policy', 'Eviction', parent.name, [error]);
  }
  const options = deleteOptionsOf(eviction, ctx);
  await ctx.admission.validate(eviction as unknown as DeepReadonly<Obj>);
  const pod = await ctx.stores.of(core.Pod).get(parent);
  if (!pod) throw newNotFound(PODS, parent.name);
  if (ignoresBudget(pod)) await deletePod(parent, options, ctx);
  else await evictWithinBudget(parent, pod, options, ctx);
  return success();
}

interface Options extends GracefulDelete {
  /** As the body says it: what is wrong there shows when the pod is to go. */
  readonly given: DeleteOptions;
}

function deleteOptionsOf({ deleteOptions }: policy.Eviction, ctx: RequestContext): Options {
  const { gracePeriodSeconds, propagationPolicy, preconditions, dryRun } = deleteOptions ?? {};
  return {
    given: (deleteOptions ?? {}) as DeleteOptions,
    dryRun: ctx.dryRun || (dryRun ?? []).length > 0,
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
    ...(propagationPolicy !== undefined && { propagationPolicy: propagationPolicy as NonNullable<GracefulDelete['propagationPolicy']> }),
    ...(preconditions && { preconditions }),
  };
}

const ignoresBudget = (pod: Pod): boolean =>
  ['Succeeded', 'Failed', 'Pending'].includes(pod.status.phase ?? '') || Boolean(pod.metadata.deletionTimestamp);

async function evictWithinBudget(key: Key, pod: Pod, options: Options, ctx: RequestContext): Promise<void> {
  const budgets = (await ctx.stores.of(policy.PodDisruptionBudget).list(key.namespace)).filter((b) => selects(b, pod));
  if (budgets.length > 1) throw new StatusError(500, '', SEVERAL);
  const budget = budgets[0];
  if (!budget) return deletePod(key, options, ctx);
  if (!isPodReady(pod) && unhealthyMayGo(budget)) return deleteUnchanged(key, pod, budget, options, ctx);
  await takeFromBudget(pod, budget, options.dryRun === true, ctx);
  return deletePod(key, options, ctx);
}

const selects = (budget: Budget, pod: Pod): boolean =>
  budget.spec.selector !== undefined && matchesSelector(budget.spec.selector, pod.metadata.labels ?? {});

function unhealthyMayGo({ spec, status }: Budget): boolean {
  return spec.unhealthyPodEvictionPolicy === 'AlwaysAllow' || (status.currentHealthy >= status.desiredHealthy && status.desiredHealthy > 0);
}

/** Only this very revision of the pod: it may have become healthy meanwhile. */
async function deleteUnchanged(key: Key, pod: Pod, budget: Budget, options: Options, ctx: RequestContext): Promise<void> {
  const wanted = pod.metadata.resourceVersion;
  const asked = options.preconditions?.resourceVersion !== undefined;
  try {
    await deletePod(
      key,
      { ...options, preconditions: { ...options.preconditions, ...(wanted !== undefined && { resourceVersion: wanted }) } },
      ctx,
    );
  } catch (error) {
    throw isConflict(error) && !asked ? stillProcessed(budget) : error;
  }
}

function tooMany(message: string, retryAfterSeconds: number): StatusError {
  const error = newTooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", retryAfterSeconds);
  return new StatusError(error.code, error.reason, error.message, {
    ...(retryAfterSeconds > 0 && { retryAfterSeconds }),
    causes: [{ reason: 'DisruptionBudget', message }],
  });
}

const stillProcessed = (budget: Budget): StatusError =>
  tooMany(`The disruption budget ${budget.metadata.name} is still being processed by the server.`, 10);

async function takeFromBudget(pod: Pod, budget: Budget, dryRun: boolean, ctx: RequestContext): Promise<void> {
  const key = { namespace: budget.metadata.namespace ?? '', name: budget.metadata.name };
  const change = (current: policy.PodDisruptionBudget): policy.PodDisruptionBudget => {
    checkBudget(current);
    current.status.disruptionsAllowed--;
    if (current.status.disruptionsAllowed === 0) blockCondition(current, ctx.clock.now());
    (current.status.disruptedPods ??= {})[pod.metadata.name] = rfc3339(ctx.clock.now());
    return current;
  };
  if (dryRun) change(structuredClone(budget) as policy.PodDisruptionBudget);
  else await ctx.stores.of(policy.PodDisruptionBudget).update(key, change, { subresource: 'status' });
}

function checkBudget(budget: policy.PodDisruptionBudget): void {
  const { status, metadata } = budget;
  if ((status.observedGeneration ?? 0) < Number(metadata.generation ?? 0)) throw stillProcessed(budget);
  if (status.disruptionsAllowed < 0) throw newForbidden(BUDGETS, metadata.name, 'pdb disruptions allowed is negative');
  if (Object.keys(status.disruptedPods ?? {}).length > MAX_DISRUPTED)
    throw newForbidden(BUDGETS, metadata.name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  if (status.disruptionsAllowed === 0) throw tooMany(budgetText(budget), 0);
}

/** A failed sync first: the counts are not to be trusted then. */
function budgetText({ metadata: { name }, status }: policy.PodDisruptionBudget): string {
  const condition = (status.conditions ?? []).find((c) => c.type === 'DisruptionAllowed');
  const message = condition?.status === 'False' ? condition.message : '';
  const head = `The disruption budget ${name}`;
  if (message && condition?.reason === 'SyncFailed')
    return `${head} does not allow evicting pods currently because it failed sync: ${message}`;
  if (status.currentHealthy <= status.desiredHealthy)
    return `${head} needs ${status.desiredHealthy} healthy pods and has ${status.currentHealthy} currently`;
  return `${head} does not allow evicting pods currently${message ? ` (${condition?.reason ?? ''}): ${message}` : ''}`;
}

function blockCondition(budget: policy.PodDisruptionBudget, now: number): void {
  const condition = {
    type: 'DisruptionAllowed',
    reason: 'InsufficientPods',
    status: 'False',
    message: '',
    lastTransitionTime: rfc3339(now),
    observedGeneration: budget.status.observedGeneration ?? 0,
  };
  const others = (budget.status.conditions ?? []).filter((c) => c.type !== condition.type);
  budget.status.conditions = [...others, condition];
}

/** Leaves word why the pod ends, then deletes it as the verb does. */
async function deletePod(key: Key, { given, ...options }: Options, ctx: RequestContext): Promise<void> {
  const pods = ctx.stores.of(core.Pod);
  let preconditions = options.preconditions;
  if (!options.dryRun) {
    const marked = await pods.update(key, (current) => markEvicted(current, options, ctx));
    const version = marked.metadata.resourceVersion;
    if (preconditions?.resourceVersion !== undefined && version !== undefined)
      preconditions = { ...preconditions, resourceVersion: version };
  }
  const mistakes = validateDeleteOptions(given);
  if (mistakes.length > 0) throw newInvalid('meta.k8s.io', 'DeleteOptions', '', mistakes);
  await pods.deleteGracefully(key, { ...options, ...(preconditions && { preconditions }) });
}

function markEvicted(pod: core.Pod, { preconditions }: GracefulDelete, ctx: RequestContext): core.Pod {
  const { uid, resourceVersion: version, name } = pod.metadata;
  const conflict = (why: string): StatusError =>
    new StatusError(409, 'Conflict', `Operation cannot be fulfilled on Pod "${name}": ${why}`, { name, kind: 'Pod' });
  if (preconditions?.uid && preconditions.uid !== uid) {
    throw conflict(
      `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid ?? ''}). The object might have been deleted and then recreated`,
    );
  }
  if (preconditions?.resourceVersion && preconditions.resourceVersion !== version) {
    throw conflict(
      `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${version ?? ''}). The object might have been modified`,
    );
  }
  setPodCondition(
    pod.status,
    { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' },
    ctx.clock.now(),
  );
  return pod;
}
