/** Why no node fits, in upstream's words. Behaves like upstream scheduler/framework.FitError. */
import type { Status } from './interface.ts';

export interface Diagnosis {
  readonly numAllNodes: number;
  /** A plug-in refused the pod before any node was looked at. */
  readonly preFilterMessage?: string;
  /** Node to the status that excluded it. */
  readonly nodes: ReadonlyMap<string, Status>;
  /** Names of the plug-ins that said no: only changes that these care for bring the pod back. */
  readonly plugins: ReadonlySet<string>;
}

function histogram(statuses: Iterable<Status>): string {
  const counts = new Map<string, number>();
  for (const s of statuses) for (const r of s.reasons) counts.set(r, (counts.get(r) ?? 0) + 1);
  return [...counts].map(([reason, n]) => `${n} ${reason}`).sort().join(', ');
}

/** `postFilter`: the message of preemption, '' when it did not run. */
export function fitMessage(diagnosis: Diagnosis, postFilter: string): string {
  const reasons = diagnosis.preFilterMessage ?? histogram(diagnosis.nodes.values());
  const head = `0/${diagnosis.numAllNodes} nodes are available:${reasons === '' ? '' : ` ${reasons}.`}`;
  return postFilter === '' ? head : `${head} ${postFilter}`;
}

export const NO_NODES = 'no nodes available to schedule pods';
