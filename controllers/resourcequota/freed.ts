/** Which changes of an object may free quota, so that it must be counted anew. Pure. Behaves like upstream pkg/quota/v1/install/update_filter.go. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { semanticEqual } from '../framework/semantic-equal.ts';
import { isPodTerminal } from '../pods/conditions.ts';

type Pod = DeepReadonly<core.Pod>;
type Claim = DeepReadonly<core.PersistentVolumeClaim>;

const hasDeadline = ({ spec }: Pod): boolean => (spec.activeDeadlineSeconds ?? -1) >= 0;
const resources = ({ status }: Pod): unknown => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].map((c) => [c.name, c.resources]);

/** It ended, came under another scope, or was resized. */
export function podFrees(pod: Pod, old: Pod): boolean {
  return isPodTerminal(pod) !== isPodTerminal(old) || hasDeadline(pod) !== hasDeadline(old) || ((old.status?.containerStatuses ?? []).length > 0 && !semanticEqual(resources(pod), resources(old)));
}

function classes({ spec, status }: Claim): readonly string[] {
  const names = [spec.volumeAttributesClassName, status?.currentVolumeAttributesClassName, status?.modifyVolumeStatus?.targetVolumeAttributesClassName];
  return [...new Set(names.map((name) => name ?? ''))].filter((name) => name !== '').sort((a, b) => (a < b ? -1 : 1));
}

/** Its size changed, or the classes that it is counted under. */
export function claimFrees(claim: Claim, old: Claim): boolean {
  const sizes = ({ spec, status }: Claim): unknown => [spec.resources?.requests?.['storage'], status?.allocatedResources?.['storage']];
  return !semanticEqual(sizes(claim), sizes(old)) || !semanticEqual(classes(claim), classes(old));
}
