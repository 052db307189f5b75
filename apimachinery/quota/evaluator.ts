/**
 * How much of a quota an object uses; shared by admission (api) and the quota controller (controllers). One evaluator per resource that is more than counted; all others are counted (./object-count.ts).
 * Behaves like upstream apiserver/pkg/quota/v1.
 */
import type { GroupResource, Obj } from '../meta.ts';
import type * as core from '../types/core.gen.ts';
import type { DeepReadonly } from '../types/type.ts';
import type { ResourceList } from './resource-list.ts';

export type Quota = DeepReadonly<core.ResourceQuota>;
export type ScopeSelector = DeepReadonly<core.ScopedResourceSelectorRequirement>;

/** A write, as far as it matters to a quota. */
export interface Write {
  readonly operation: string;
  readonly subresource: string;
  readonly object: DeepReadonly<Obj> | undefined;
  readonly oldObject: DeepReadonly<Obj> | undefined;
}

export interface Evaluator {
  readonly groupResource: GroupResource;
  /** Whether the write may change what is used. */
  handles(write: Write): boolean;
  /** Those of `names` that this evaluator measures. */
  matchingResources(names: readonly string[]): readonly string[];
  /** Whether an object lies in a quota's scope. */
  matchesScope(selector: ScopeSelector, obj: DeepReadonly<Obj>): boolean;
  /** Why the object may not be created under a quota of these names; undefined: it may. */
  constraint?(names: readonly string[], obj: DeepReadonly<Obj>): string | undefined;
  /** `now` in ms. */
  usage(obj: DeepReadonly<Obj>, now: number): ResourceList;
}

export function scopeSelectorsOf(quota: Quota): readonly ScopeSelector[] {
  const scopes = (quota.spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' }));
  return [...scopes, ...(quota.spec?.scopeSelector?.matchExpressions ?? [])];
}

/** Whether a quota applies to an object at all. `hard`: the names that it limits. */
export function matchesQuota(evaluator: Evaluator, quota: Quota, hard: readonly string[], obj: DeepReadonly<Obj>): boolean {
  return evaluator.matchingResources(hard).length > 0 && scopeSelectorsOf(quota).every((s) => evaluator.matchesScope(s, obj));
}

/** Names in both lists, once each and sorted. */
export function intersection(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set(a.filter((name) => b.includes(name)))].sort();
}
