/** What a DaemonSet has to do on its nodes: pure decisions. Behaves like upstream pkg/controller/daemon manage and rollingUpdate. */
import { getScaledValueFromIntOrPercent } from '../../apimachinery/intstr.ts';
import type { Node } from '../node/taints.ts';
import { isPodAvailable, isPodReady, type Pod } from '../pods/conditions.ts';
import { isUpdated, placement, type DaemonSet } from './placement.ts';

export interface DaemonPlan {
  /** Names of nodes that need a pod. */
  readonly create: readonly string[];
  readonly remove: readonly Pod[];
  /** Failed and succeeded pods among `remove`: each is reported. */
  readonly ended: readonly Pod[];
}

export interface Daemons {
  readonly ds: DaemonSet;
  readonly nodes: readonly Node[];
  /** Pods by the node that they were made for. */
  readonly pods: ReadonlyMap<string, readonly Pod[]>;
  readonly hash: string;
  readonly now: number;
  /** Whether a failed pod on this node may be replaced now. */
  readonly mayReplace: (node: string) => boolean;
}

const isGoing = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;

/** Scheduled ones first, then by phase: running, pending; then the older. */
function byPreference(a: Pod, b: Pod): number {
  const scheduled = Number((b.spec.nodeName ?? '') !== '') - Number((a.spec.nodeName ?? '') !== '');
  if (scheduled !== 0) return scheduled;
  return a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : a.metadata.creationTimestamp > b.metadata.creationTimestamp ? 1 : a.metadata.name < b.metadata.name ? -1 : 1;
}

function bounds(ds: DaemonSet, desired: number): { surge: number; unavailable: number } {
  const { type, rollingUpdate } = ds.spec.updateStrategy ?? {};
  if (type !== 'RollingUpdate' || !rollingUpdate) return { surge: 0, unavailable: 0 };
  const surge = getScaledValueFromIntOrPercent(rollingUpdate.maxSurge ?? 0, desired, true);
  const unavailable = getScaledValueFromIntOrPercent(rollingUpdate.maxUnavailable ?? 1, desired, true);
  return desired > 0 && surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}
const allowsSurge = (ds: DaemonSet): boolean => bounds(ds, 1).surge > 0;

/** Among several pods of one node: the best new and the best old one stay until the new one is available. */
function surplus({ ds, hash, now }: Daemons, running: readonly Pod[]): readonly Pod[] {
  const sorted = [...running].sort(byPreference);
  if (!allowsSurge(ds)) return sorted.slice(1);
  const fresh = sorted.find((pod) => isUpdated(ds, pod, hash));
  const old = sorted.find((pod) => !isUpdated(ds, pod, hash));
  const extra = sorted.filter((pod) => pod !== fresh && pod !== old);
  const isReplaced = fresh && old && (!isPodReady(old) || isPodAvailable(fresh, ds.spec.minReadySeconds ?? 0, now));
  return isReplaced ? [...extra, old] : extra;
}

/** One pod on each node where one belongs, none elsewhere. */
export function manage(d: Daemons): DaemonPlan {
  const create: string[] = [];
  const remove: Pod[] = [];
  const ended: Pod[] = [];
  const known = new Set(d.nodes.map((node) => node.metadata.name));
  for (const node of d.nodes) {
    const { name } = node.metadata;
    const pods = d.pods.get(name) ?? [];
    const { runs, stays } = placement(d.ds, node);
    if (runs && pods.length === 0) create.push(name);
    else if (!stays) remove.push(...pods.filter((pod) => !isGoing(pod)));
    else {
      const live = pods.filter((pod) => !isGoing(pod));
      const over = live.filter((pod) => pod.status.phase === 'Succeeded' || (pod.status.phase === 'Failed' && d.mayReplace(name)));
      const running = live.filter((pod) => pod.status.phase !== 'Succeeded' && pod.status.phase !== 'Failed');
      ended.push(...over);
      remove.push(...over, ...surplus(d, running));
      if (allowsSurge(d.ds) && running.length === 0 && runs && over.length === live.length) create.push(name);
    }
  }
  for (const [name, pods] of d.pods) if (!known.has(name)) remove.push(...pods.filter((pod) => (pod.spec.nodeName ?? '') === '' && !isGoing(pod)));
  return { create, remove, ended };
}

/** The new and the old pod of a node; undefined when there are several of a kind. */
function pairOn({ ds, hash }: Daemons, pods: readonly Pod[]): { fresh?: Pod; old?: Pod } | undefined {
  const live = pods.filter((pod) => !isGoing(pod));
  const [fresh, ...moreFresh] = live.filter((pod) => isUpdated(ds, pod, hash));
  const [old, ...moreOld] = live.filter((pod) => !isUpdated(ds, pod, hash));
  if (moreFresh.length > 0 || moreOld.length > 0) return undefined;
  return { ...(fresh && { fresh }), ...(old && { old }) };
}

/** Old pods that may be deleted: those that do not serve anyway, and so many others as may be unavailable. */
function replaceInPlace(d: Daemons, pods: ReadonlyMap<string, readonly Pod[]>, most: number): DaemonPlan {
  const free: Pod[] = [];
  const candidates: Pod[] = [];
  let unavailable = 0;
  const isAvailable = (pod: Pod): boolean => isPodAvailable(pod, d.ds.spec.minReadySeconds ?? 0, d.now);
  for (const onNode of pods.values()) {
    const pair = pairOn(d, onNode);
    if (!pair || (pair.fresh === undefined) === (pair.old === undefined)) unavailable++;
    else if (pair.fresh) unavailable += isAvailable(pair.fresh) ? 0 : 1;
    else if (pair.old && !isAvailable(pair.old)) {
      free.push(pair.old);
      unavailable++;
    } else if (pair.old) candidates.push(pair.old);
  }
  return { create: [], remove: [...free, ...candidates.slice(0, Math.max(0, most - unavailable))], ended: [] };
}

/** Nodes that get a new pod beside the old one, and old pods whose new one is available. */
function replaceBySurge(d: Daemons, pods: ReadonlyMap<string, readonly Pod[]>, most: number): DaemonPlan {
  const remove: Pod[] = [];
  const free: string[] = [];
  const candidates: string[] = [];
  let surging = 0;
  const isAvailable = (pod: Pod): boolean => isPodAvailable(pod, d.ds.spec.minReadySeconds ?? 0, d.now);
  for (const [name, onNode] of pods) {
    const pair = pairOn(d, onNode);
    const node = d.nodes.find((n) => n.metadata.name === name);
    if (!pair) surging++;
    else if (!pair.old) continue;
    else if (pair.fresh) {
      if (isAvailable(pair.fresh)) remove.push(pair.old);
      else surging++;
    } else if (!node || !placement(d.ds, node).runs) {
      if (!isAvailable(pair.old)) remove.push(pair.old);
    } else (isAvailable(pair.old) ? candidates : free).push(name);
  }
  return { create: [...free, ...candidates.slice(0, Math.max(0, most - surging))], remove, ended: [] };
}

/** The next step of a rolling update. */
export function rollOut(d: Daemons): DaemonPlan {
  const wanted = d.nodes.filter((node) => placement(d.ds, node).runs).map((node) => node.metadata.name);
  const pods = new Map<string, readonly Pod[]>([...wanted.map((name) => [name, [] as readonly Pod[]] as const), ...d.pods]);
  const { surge, unavailable } = bounds(d.ds, wanted.length);
  return surge === 0 ? replaceInPlace(d, pods, unavailable) : replaceBySurge(d, pods, surge);
}

export interface DaemonCounts {
  readonly desiredNumberScheduled: number;
  readonly currentNumberScheduled: number;
  readonly numberMisscheduled: number;
  readonly numberReady: number;
  readonly updatedNumberScheduled: number;
  readonly numberAvailable: number;
  readonly numberUnavailable: number;
}

export function countDaemons(d: Daemons): DaemonCounts {
  const placed = d.nodes.map((node) => ({ runs: placement(d.ds, node).runs, best: [...(d.pods.get(node.metadata.name) ?? [])].sort(byPreference)[0] }));
  const wanted = placed.filter(({ runs }) => runs);
  const best = wanted.flatMap((p) => (p.best ? [p.best] : []));
  const available = best.filter((pod) => isPodAvailable(pod, d.ds.spec.minReadySeconds ?? 0, d.now)).length;
  return {
    desiredNumberScheduled: wanted.length,
    currentNumberScheduled: best.length,
    numberMisscheduled: placed.filter(({ runs, best: pod }) => !runs && pod !== undefined).length,
    numberReady: best.filter(isPodReady).length,
    updatedNumberScheduled: best.filter((pod) => isUpdated(d.ds, pod, d.hash)).length,
    numberAvailable: available,
    numberUnavailable: wanted.length - available,
  };
}
