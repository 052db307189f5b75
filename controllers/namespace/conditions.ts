/** What a namespace's status says of its deletion. Behaves like upstream pkg/controller/namespace/deletion/status_condition_utils.go. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { rfc3339 } from '../../component-base/clock.ts';
import { messageOf } from '../framework/status-errors.ts';

export type NamespaceCondition = DeepReadonly<core.NamespaceCondition>;

/** What is left of one collection. */
export interface Remaining {
  readonly group: string;
  readonly resource: string;
  readonly count: number;
  readonly finalizers: ReadonlyMap<string, number>;
}

export interface DeletionOutcome {
  /** `group/version` → why it could not be discovered. */
  readonly discoveryFailures: ReadonlyMap<string, unknown>;
  readonly errors: readonly unknown[];
  /** Undefined while pods are waited for: then nothing is said about the rest. */
  readonly remaining: readonly Remaining[] | undefined;
}

type Finding = readonly [status: string, reason: string, message: string];

function discovered({ discoveryFailures }: DeletionOutcome): Finding {
  if (discoveryFailures.size === 0) return ['False', 'ResourcesDiscovered', 'All resources successfully discovered'];
  const failures = [...discoveryFailures].map(([gv, error]) => `${gv}: ${messageOf(error)}`).join(', ');
  return ['True', 'DiscoveryFailed', `Discovery failed for some groups, ${discoveryFailures.size} failing: unable to retrieve the complete list of server APIs: ${failures}`];
}

function deleted({ errors }: DeletionOutcome): Finding {
  if (errors.length === 0) return ['False', 'ContentDeleted', 'All content successfully deleted, may be waiting on finalization'];
  return ['True', 'ContentDeletionFailed', `Failed to delete all resource types, ${errors.length} remaining: ${errors.map(messageOf).sort().join(', ')}`];
}

function removed({ remaining = [] }: DeletionOutcome): Finding {
  const left = remaining.filter((r) => r.count > 0);
  if (left.length === 0) return ['False', 'ContentRemoved', 'All content successfully removed'];
  return ['True', 'SomeResourcesRemain', `Some resources are remaining: ${left.map((r) => `${r.resource}.${r.group} has ${r.count} resource instances`).sort().join(', ')}`];
}

function finalized({ remaining = [] }: DeletionOutcome): Finding {
  const totals = new Map<string, number>();
  for (const { finalizers } of remaining) for (const [name, count] of finalizers) totals.set(name, (totals.get(name) ?? 0) + count);
  if (totals.size === 0) return ['False', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'];
  const lines = [...totals].map(([name, count]) => `${name} in ${count} resource instances`).sort();
  return ['True', 'SomeFinalizersRemain', `Some content in the namespace has finalizers remaining: ${lines.join(', ')}`];
}

function findings(outcome: DeletionOutcome): readonly [string, Finding][] {
  return [
    ['NamespaceDeletionDiscoveryFailure', discovered(outcome)],
    ['NamespaceDeletionGroupVersionParsingFailure', ['False', 'ParsedGroupVersions', 'All legacy kube types successfully parsed']],
    ['NamespaceDeletionContentFailure', deleted(outcome)],
    ['NamespaceContentRemaining', removed(outcome)],
    ['NamespaceFinalizersRemaining', finalized(outcome)],
  ];
}

/** The conditions after one pass; the same array when nothing changed. */
export function nextConditions(before: readonly NamespaceCondition[], outcome: DeletionOutcome, now: number): readonly NamespaceCondition[] {
  let conditions = before;
  for (const [type, [status, reason, message]] of findings(outcome)) {
    const old = conditions.find((c) => c.type === type);
    if (old?.status === status && old.reason === reason && old.message === message) continue;
    const lastTransitionTime = old && old.status === status ? old.lastTransitionTime : rfc3339(now);
    const fresh = { type, status, lastTransitionTime, reason, message } as NamespaceCondition;
    conditions = old ? conditions.map((c) => (c === old ? fresh : c)) : [...conditions, fresh];
  }
  return conditions;
}
