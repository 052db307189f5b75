/** The columns Containers, Images and Selector of workloads, and lists that are cut short. Behaves like upstream pkg/printers/internalversion. */
import type { Container } from '../../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';

export const containerNames = (containers: readonly DeepReadonly<Container>[] | null | undefined): string =>
  (containers ?? []).map((c) => c.name).join(',');
export const containerImages = (containers: readonly DeepReadonly<Container>[] | null | undefined): string =>
  (containers ?? []).map((c) => c.image ?? '').join(',');

/** The first `max` entries and how many more there are; `unset` when there are none. */
export function listWithMore(list: readonly string[], max: number, unset: string): string {
  if (list.length > max) return `${list.slice(0, max).join(',')} + ${list.length - max} more...`;
  return list.join(',') || unset;
}
