/** What the server writes into a pod before it is validated. Behaves like upstream pkg/registry/core/pod/strategy.go. */
import type { Pod, PodAffinity, PodAffinityTerm, PodAntiAffinity, PodSpec } from '../../../apimachinery/types/core.gen.ts';
import type { LabelSelector } from '../../../apimachinery/types/meta.gen.ts';
import type { RequestContext } from '../../generic/context.ts';
import { semanticEqual } from '../equality.ts';
import { keepMetadata } from '../strategies.ts';
import { applyAppArmorAnnotations } from './apparmor.ts';
import { setPodCondition } from './condition.ts';
import { dropDisabledPodFields, dropDisabledStatusFields } from './disabled-fields.ts';
import { podQOS } from './qos.ts';

export function preparePodForCreate(pod: Pod, ctx: RequestContext): void {
  pod.metadata.generation = 1;
  pod.status = { phase: 'Pending', qosClass: podQOS(pod.spec) };
  dropDisabledPodFields(pod.spec, undefined);
  gateScheduling(pod, ctx);
  mergeLabelKeys(pod.spec, pod.metadata.labels);
  applyAppArmorAnnotations(pod, ctx.warnings);
}

export function preparePodForUpdate(pod: Pod, old: Pod): void {
  pod.status = old.status;
  dropDisabledPodFields(pod.spec, old.spec);
  raiseGeneration(pod, old);
}

function raiseGeneration(pod: Pod, old: Pod): void {
  if (!semanticEqual(pod.spec, old.spec)) pod.metadata.generation = Number(pod.metadata.generation ?? 0) + 1;
}

function gateScheduling(pod: Pod, ctx: RequestContext): void {
  if (!pod.spec.schedulingGates || pod.spec.schedulingGates.length === 0) return;
  const message = 'Scheduling is blocked due to non-empty scheduling gates';
  setPodCondition(pod.status, { type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', message }, ctx.clock.now());
}

type Labels = Readonly<Record<string, string>>;

/** What a term selects by the keys of labels alone, it selects by this pod's labels. */
function mergeLabelKeys({ affinity, topologySpreadConstraints }: PodSpec, labels: Labels | undefined): void {
  if (!labels) return;
  if (affinity?.podAffinity) mergeAffinityKeys(affinity.podAffinity, labels);
  if (affinity?.podAntiAffinity) mergeAffinityKeys(affinity.podAntiAffinity, labels);
  topologySpreadConstraints?.forEach((c) => c.labelSelector && mergeKeys(c.labelSelector, c.matchLabelKeys, 'In', labels));
}

function mergeAffinityKeys(side: PodAffinity | PodAntiAffinity, labels: Labels): void {
  side.preferredDuringSchedulingIgnoredDuringExecution?.forEach((weighted) => mergeTermKeys(weighted.podAffinityTerm, labels));
  side.requiredDuringSchedulingIgnoredDuringExecution?.forEach((term) => mergeTermKeys(term, labels));
}

function mergeTermKeys(term: PodAffinityTerm, labels: Labels): void {
  if (!term.labelSelector) return;
  mergeKeys(term.labelSelector, term.matchLabelKeys, 'In', labels);
  mergeKeys(term.labelSelector, term.mismatchLabelKeys, 'NotIn', labels);
}

function mergeKeys(selector: LabelSelector, keys: readonly string[] | undefined, operator: string, labels: Labels): void {
  for (const key of keys ?? []) {
    const value = labels[key];
    if (value !== undefined) (selector.matchExpressions ??= []).push({ key, operator, values: [value] });
  }
}

export function preparePodStatus(pod: Pod, old: Pod): void {
  pod.spec = old.spec;
  delete pod.metadata.deletionTimestamp;
  if (old.metadata.ownerReferences === undefined) delete pod.metadata.ownerReferences;
  else pod.metadata.ownerReferences = old.metadata.ownerReferences;
  const qosClass = pod.status.qosClass || old.status.qosClass;
  if (qosClass) pod.status.qosClass = qosClass;
  dropDisabledStatusFields(pod.status);
  keepObservedGenerations(pod, old);
}

/** Writers that do not know of observed generations must not erase them. */
function keepObservedGenerations(pod: Pod, old: Pod): void {
  if (!pod.status.observedGeneration && old.status.observedGeneration) pod.status.observedGeneration = old.status.observedGeneration;
  if (!old.status.conditions?.some((c) => c.observedGeneration)) return;
  const known = new Map<string, (number | undefined)[]>();
  for (const c of old.status.conditions) known.set(c.type, [...(known.get(c.type) ?? []), c.observedGeneration]);
  for (const c of pod.status.conditions ?? []) {
    const before = known.get(c.type)?.shift();
    if (!c.observedGeneration && before) c.observedGeneration = before;
  }
}

export function prepareEphemeralContainers(pod: Pod, old: Pod): void {
  const { ephemeralContainers } = pod.spec;
  pod.spec = { ...old.spec };
  pod.status = old.status;
  keepMetadata(pod, old);
  if (ephemeralContainers) pod.spec.ephemeralContainers = ephemeralContainers;
  else delete pod.spec.ephemeralContainers;
  raiseGeneration(pod, old);
}

type Containers = Pod['spec']['containers'];

/** The old containers with new resources; the new ones as they are when their names differ: validation then refuses them. */
function resized(next: Containers, old: Containers): Containers {
  if (next === null || old === null || next === undefined || old === undefined) return next;
  if (next.some((c, i) => c.name !== old[i]?.name)) return next;
  return old.map((c, i) => {
    const { resizePolicy: _dropped, ...rest } = c;
    const wanted = next[i];
    return { ...rest, resources: wanted?.resources ?? {}, ...(wanted?.resizePolicy && { resizePolicy: wanted.resizePolicy }) };
  });
}

export function prepareResize(pod: Pod, old: Pod): void {
  const count = (list: Containers | undefined): number => (list ?? []).length;
  if (count(pod.spec.containers) === count(old.spec.containers) && count(pod.spec.initContainers) === count(old.spec.initContainers)) {
    const containers = resized(pod.spec.containers, old.spec.containers);
    const initContainers = pod.spec.initContainers && resized(pod.spec.initContainers, old.spec.initContainers ?? []);
    pod.spec = { ...old.spec, containers, ...(initContainers && { initContainers }) };
    pod.status = old.status;
    keepMetadata(pod, old);
  }
  raiseGeneration(pod, old);
}
