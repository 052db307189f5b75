/** Where the pods of a DaemonSet belong. Pure. Behaves like upstream pkg/controller/daemon. */
import * as apps from '../../apimachinery/types/apps.gen.ts';
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly, Draft } from '../../apimachinery/types/type.ts';
import { HASH_LABEL } from '../history/revisions.ts';
import { acceptsNode } from '../node/affinity.ts';
import { tolerates, type Node, type Toleration } from '../node/taints.ts';
import type { Pod } from '../pods/conditions.ts';
import { podFromTemplate } from '../pods/control.ts';

export type DaemonSet = DeepReadonly<apps.DaemonSet>;

const GENERATION = 'deprecated.daemonset.template.generation';
const GENERATION_LABEL = 'pod-template-generation';

const ALWAYS_TOLERATED: readonly (readonly [key: string, effect: string])[] = [
  ['node.kubernetes.io/not-ready', 'NoExecute'],
  ['node.kubernetes.io/unreachable', 'NoExecute'],
  ['node.kubernetes.io/disk-pressure', 'NoSchedule'],
  ['node.kubernetes.io/memory-pressure', 'NoSchedule'],
  ['node.kubernetes.io/pid-pressure', 'NoSchedule'],
  ['node.kubernetes.io/unschedulable', 'NoSchedule'],
];

/** The template's, and those that every daemon has. */
export function tolerationsOf(ds: DaemonSet): readonly Toleration[] {
  const { tolerations = [], hostNetwork } = ds.spec.template.spec;
  const added = [...ALWAYS_TOLERATED, ...(hostNetwork === true ? [['node.kubernetes.io/network-unavailable', 'NoSchedule'] as const] : [])].map(([key, effect]) => ({ key, operator: 'Exists', effect }));
  const isReplaced = (t: Toleration): boolean => added.some((a) => a.key === t.key && a.effect === t.effect && t.operator === 'Exists' && (t.value ?? '') === '');
  return [...tolerations.filter((t) => !isReplaced(t)), ...added];
}

/** Whether a daemon belongs on the node, and whether one that is there may stay. */
export function placement(ds: DaemonSet, node: Node): { readonly runs: boolean; readonly stays: boolean } {
  const { spec } = ds.spec.template;
  if (((spec.nodeName ?? '') !== '' && spec.nodeName !== node.metadata.name) || !acceptsNode(spec, node)) return { runs: false, stays: false };
  const tolerations = tolerationsOf(ds);
  const repelling = (node.spec.taints ?? []).filter((taint) => taint.effect !== 'PreferNoSchedule' && !tolerations.some((t) => tolerates(t, taint)));
  return { runs: repelling.length === 0, stays: !repelling.some((taint) => taint.effect === 'NoExecute') };
}

/** The node that a pod was made for, scheduled or not. */
export function targetNode(pod: Pod): string | undefined {
  if ((pod.spec.nodeName ?? '') !== '') return pod.spec.nodeName;
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return terms.flatMap((term) => term.matchFields ?? []).find((r) => r.key === 'metadata.name' && r.operator === 'In')?.values?.[0];
}

type Affinity = Draft<core.Affinity>;

function pinned(affinity: DeepReadonly<core.Affinity> | undefined, node: string): Affinity {
  const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }];
  return { ...affinity, nodeAffinity: { ...affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } };
}

export function daemonPod(ds: DaemonSet, hash: string, node: string): Draft<core.Pod> {
  const pod = podFromTemplate(ds.spec.template, ds, apps.DaemonSet);
  const generation = ds.metadata.annotations?.[GENERATION];
  const labels = { ...pod.metadata?.labels, ...(generation !== undefined && { [GENERATION_LABEL]: generation }), [HASH_LABEL]: hash };
  const { spec } = ds.spec.template;
  return { metadata: { ...pod.metadata, labels }, spec: { ...spec, affinity: pinned(spec.affinity, node), tolerations: tolerationsOf(ds) } };
}

export function isUpdated(ds: DaemonSet, pod: Pod, hash: string): boolean {
  const { labels = {} } = pod.metadata;
  const generation = ds.metadata.annotations?.[GENERATION];
  return labels[HASH_LABEL] === hash || (generation !== undefined && labels[GENERATION_LABEL] === generation);
}
