/** The active queue gives out pods by priority, then by the time they came. Behaves like upstream plugins/queuesort. */
import type { Plugin } from '../framework/interface.ts';
import { priorityOf, type PodInfo } from '../framework/pod-info.ts';

/** Whether `a` is given out before `b`. */
export function lessByPriority(a: { readonly info: PodInfo; readonly timestamp: number }, b: { readonly info: PodInfo; readonly timestamp: number }): boolean {
  const [pa, pb] = [priorityOf(a.info.pod), priorityOf(b.info.pod)];
  return pa > pb || (pa === pb && a.timestamp < b.timestamp);
}

export default { name: 'PrioritySort' } satisfies Plugin;
