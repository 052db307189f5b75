/** Which of several equal pods goes first. Behaves like upstream pkg/controller/controller_utils.go ActivePodsWithRanks. */
import { isPodActive, isPodReady, readySince, type Pod } from './conditions.ts';

const PHASE_ORDER: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

export interface RankedPod {
  readonly pod: Pod;
  /** How many active pods of the same owner stand on its node. */
  readonly rank: number;
}

function deletionCost(pod: Pod): number {
  const cost = Number.parseInt(pod.metadata.annotations?.[DELETION_COST] ?? '0', 10);
  return Number.isNaN(cost) ? 0 : cost;
}

function restarts(pod: Pod): number {
  return Math.max(0, ...(pod.status.containerStatuses ?? []).map((s) => s.restartCount));
}

/** Ages compared by their binary order of magnitude, so that of pods of about one age any may go. */
function compareAges(a: number | undefined, b: number | undefined, now: number): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  const order = (time: number): number => (now <= time ? -1 : Math.floor(Math.log2((now - time) * 1e6)));
  return order(a) - order(b);
}

const compareUids = (a: Pod, b: Pod): number => (a.metadata.uid < b.metadata.uid ? -1 : a.metadata.uid > b.metadata.uid ? 1 : 0);

type Criterion = (a: RankedPod, b: RankedPod, now: number) => number;
const CRITERIA: readonly Criterion[] = [
  (a, b) => Number((a.pod.spec.nodeName ?? '') !== '') - Number((b.pod.spec.nodeName ?? '') !== ''),
  (a, b) => (PHASE_ORDER[a.pod.status.phase ?? ''] ?? 0) - (PHASE_ORDER[b.pod.status.phase ?? ''] ?? 0),
  (a, b) => Number(isPodReady(a.pod)) - Number(isPodReady(b.pod)),
  (a, b) => deletionCost(a.pod) - deletionCost(b.pod),
  (a, b) => b.rank - a.rank,
  (a, b, now) => (isPodReady(a.pod) && isPodReady(b.pod) && readySince(a.pod) !== readySince(b.pod) ? compareAges(readySince(a.pod), readySince(b.pod), now) || compareUids(a.pod, b.pod) : 0),
  (a, b) => restarts(b.pod) - restarts(a.pod),
  (a, b, now) => {
    const [x, y] = [Date.parse(a.pod.metadata.creationTimestamp), Date.parse(b.pod.metadata.creationTimestamp)];
    return x === y ? 0 : compareAges(x, y, now) || compareUids(a.pod, b.pod);
  },
];

/** Negative: `a` goes before `b`. */
export function compareForDeletion(a: RankedPod, b: RankedPod, now: number): number {
  for (const criterion of CRITERIA) {
    const difference = criterion(a, b, now);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The `count` pods that go first. `related`: pods that count for ranks (those of sibling owners, too). */
export function podsToDelete(pods: readonly Pod[], related: readonly Pod[], count: number, now: number): readonly Pod[] {
  if (count >= pods.length) return pods;
  const active = new Map<string, number>();
  for (const pod of related) if (isPodActive(pod)) active.set(pod.spec.nodeName ?? '', (active.get(pod.spec.nodeName ?? '') ?? 0) + 1);
  const ranked = pods.map((pod) => ({ pod, rank: active.get(pod.spec.nodeName ?? '') ?? 0 }));
  return ranked.sort((a, b) => compareForDeletion(a, b, now)).slice(0, count).map(({ pod }) => pod);
}
