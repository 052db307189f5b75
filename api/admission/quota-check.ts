/** Whether a write fits its namespace's quotas. Pure. Behaves like upstream apiserver/pkg/admission/plugin/resourcequota/controller.go (CheckRequest). */
import type { Obj } from '../../apimachinery/meta.ts';
import { matchesQuota, type Evaluator, type Quota } from '../../apimachinery/quota/evaluator.ts';
import { add, exceeding, mask, parseResourceList, subtractToZero, withoutZeros, type MutableResourceList, type ResourceList } from '../../apimachinery/quota/resource-list.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { forbidden } from './forbidden.ts';
import type { Attributes } from './interface.ts';

/** A quota while a batch of writes is checked against it. */
export interface RunningQuota {
  readonly quota: Quota;
  readonly hard: ResourceList;
  /** With what the batch takes. */
  used: ResourceList;
  /** What the batch takes. */
  taken: MutableResourceList;
}

export function runningQuota(quota: Quota): RunningQuota {
  return { quota, hard: parseResourceList(quota.status?.hard), used: parseResourceList(quota.status?.used), taken: new Map() };
}

/** What a write takes of each quota. Throws Forbidden when it does not fit. Changes nothing. */
export function quotaDemands(running: readonly RunningQuota[], evaluator: Evaluator, a: Attributes, object: DeepReadonly<Obj>, now: number): ReadonlyMap<RunningQuota, ResourceList> {
  const interesting = running.filter((r) => applies(r, evaluator, a, object));
  if (interesting.length === 0) return new Map();
  const usage = evaluator.usage(object, now);
  const negative = [...usage].filter(([, quantity]) => quantity.sign() < 0).map(([name]) => name);
  if (negative.length > 0) throw forbidden(a, `quota usage is negative for resource(s): ${negative.sort().join(',')}`);
  const demands = new Map<RunningQuota, ResourceList>();
  for (const r of interesting) {
    const delta = withoutZeros(deltaFor(r, evaluator, a, usage, now));
    if (delta.size > 0) demands.set(r, demandOn(r, a, delta));
  }
  return demands;
}

function applies({ quota, hard, used }: RunningQuota, evaluator: Evaluator, a: Attributes, object: DeepReadonly<Obj>): boolean {
  const names = [...hard.keys()];
  if (!matchesQuota(evaluator, quota, names, object)) return false;
  const restricted = evaluator.matchingResources(names);
  const refusal = evaluator.constraint?.(restricted, object);
  if (refusal !== undefined) throw forbidden(a, `failed quota: ${quota.metadata.name}: ${refusal}`);
  if (!restricted.every((name) => used.has(name))) throw forbidden(a, `status unknown for quota: ${quota.metadata.name}, resources: ${[...restricted].sort().join(',')}`);
  return true;
}

/** An update pays the difference, where the quota counted the object before. */
function deltaFor({ quota, hard }: RunningQuota, evaluator: Evaluator, a: Attributes, usage: ResourceList, now: number): ResourceList {
  const old = a.oldObject;
  if (a.operation !== 'UPDATE' || !old?.metadata.resourceVersion) return usage;
  return matchesQuota(evaluator, quota, [...hard.keys()], old) ? subtractToZero(usage, evaluator.usage(old, now)) : usage;
}

function demandOn({ quota, hard, used }: RunningQuota, a: Attributes, delta: ResourceList): ResourceList {
  const requested = mask(delta, hard.keys());
  if (a.subresource === 'status') return requested;
  const exceeded = exceeding(mask(add(used, requested), requested.keys()), hard);
  if (exceeded.length === 0) return requested;
  const text = (list: ResourceList): string => [...mask(list, exceeded)].sort(([x], [y]) => (x < y ? -1 : 1)).map(([name, quantity]) => `${name}=${quantity}`).join(',');
  throw forbidden(a, `exceeded quota: ${quota.metadata.name}, requested: ${text(requested)}, used: ${text(used)}, limited: ${text(hard)}`);
}
