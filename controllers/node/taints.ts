/** Taints that follow from a node's conditions, and what tolerates them. Behaves like upstream pkg/controller/nodelifecycle and pkg/util/taints. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { rfc3339 } from '../../component-base/clock.ts';

export type Node = DeepReadonly<core.Node>;
export type Taint = DeepReadonly<core.Taint>;
export type Toleration = DeepReadonly<core.Toleration>;

export const NOT_READY = 'node.kubernetes.io/not-ready';
export const UNREACHABLE = 'node.kubernetes.io/unreachable';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

/** Condition, its status, and the taint that both mean. */
const BY_CONDITION: readonly (readonly [type: string, status: string, taint: string])[] = [
  ['Ready', 'False', NOT_READY],
  ['Ready', 'Unknown', UNREACHABLE],
  ['MemoryPressure', 'True', 'node.kubernetes.io/memory-pressure'],
  ['DiskPressure', 'True', 'node.kubernetes.io/disk-pressure'],
  ['NetworkUnavailable', 'True', 'node.kubernetes.io/network-unavailable'],
  ['PIDPressure', 'True', 'node.kubernetes.io/pid-pressure'],
];
const OURS = new Set([...BY_CONDITION.map(([, , key]) => key), UNSCHEDULABLE]);

export function readyStatus(node: Node): string | undefined {
  return node.status?.conditions?.find((c) => c.type === 'Ready')?.status;
}

function noScheduleKeys(node: Node): string[] {
  const conditions = node.status?.conditions ?? [];
  const keys = conditions.flatMap((c) => BY_CONDITION.filter(([type, status]) => type === c.type && status === c.status).map(([, , key]) => key));
  return node.spec.unschedulable === true ? [...keys, UNSCHEDULABLE] : keys;
}

/** `mayEvict`: a NoExecute taint may be added now (one that stands may always change its key or go). */
function noExecuteKeys(node: Node, mayEvict: boolean): string[] {
  const status = readyStatus(node);
  const stands = (node.spec.taints ?? []).some((t) => t.effect === 'NoExecute' && (t.key === NOT_READY || t.key === UNREACHABLE));
  if (status === 'True' || (!stands && !mayEvict)) return [];
  if (status === undefined) return stands ? [NOT_READY] : [];
  return [status === 'False' ? NOT_READY : UNREACHABLE];
}

const NONE: readonly Taint[] = [];

export const taintsOf = (node: Node): readonly Taint[] => node.spec.taints ?? NONE;

/** The taints the node must have; `taintsOf(node)` itself when nothing changes. Others' taints stay. */
export function wantedTaints(node: Node, mayEvict: boolean, now: number): readonly Taint[] {
  const taints = taintsOf(node);
  const wanted = [...noScheduleKeys(node).map((key) => ({ key, effect: 'NoSchedule' })), ...noExecuteKeys(node, mayEvict).map((key) => ({ key, effect: 'NoExecute' }))];
  const isOurs = (t: Taint): boolean => (t.effect === 'NoSchedule' && OURS.has(t.key)) || (t.effect === 'NoExecute' && (t.key === NOT_READY || t.key === UNREACHABLE));
  const isWanted = (t: Taint): boolean => wanted.some((w) => w.key === t.key && w.effect === t.effect);
  const added = wanted.filter((w) => !taints.some((t) => t.key === w.key && t.effect === w.effect));
  const kept = taints.filter((t) => !isOurs(t) || isWanted(t));
  return added.length === 0 && kept.length === taints.length ? taints : [...kept, ...added.map((t) => ({ ...t, timeAdded: rfc3339(now) }))];
}

export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if ((toleration.effect ?? '') !== '' && toleration.effect !== taint.effect) return false;
  if ((toleration.key ?? '') !== '' && toleration.key !== taint.key) return false;
  if (toleration.operator === 'Exists') return true;
  return (toleration.operator ?? 'Equal') === 'Equal' && (toleration.value ?? '') === (taint.value ?? '');
}

/** Milliseconds that a pod may stay under these taints: 0 when one is not tolerated, Infinity when all are for ever. */
export function toleratedFor(tolerations: readonly Toleration[], taints: readonly Taint[]): number {
  const used = taints.map((taint) => tolerations.find((toleration) => tolerates(toleration, taint)));
  if (used.some((toleration) => toleration === undefined)) return 0;
  const seconds = used.map((toleration) => toleration?.tolerationSeconds ?? Infinity);
  return Math.max(0, Math.min(Infinity, ...seconds)) * 1000;
}
