/** Fields behind feature gates that are off in v1.35 are dropped, unless the old object has them. Behaves like upstream pkg/api/pod/util.go (DropDisabledPodFields). */
import type { PodSpec } from '../../../apimachinery/types/core.gen.ts';
import { allContainers } from './containers.ts';

const usesStopSignal = (spec: PodSpec | undefined): boolean => spec !== undefined && allContainers(spec).some(({ container: c }) => c.lifecycle?.stopSignal !== undefined);
const sources = (spec: PodSpec | undefined) => (spec?.volumes ?? []).flatMap((v) => v.projected?.sources ?? []);

export function dropDisabledPodFields(spec: PodSpec, old: PodSpec | undefined): void {
  if (!usesStopSignal(old)) for (const { container } of allContainers(spec)) delete container.lifecycle?.stopSignal;
  if (!sources(old).some((s) => s.clusterTrustBundle)) for (const s of sources(spec)) delete s.clusterTrustBundle;
  if (!sources(old).some((s) => s.podCertificate)) for (const s of sources(spec)) delete s.podCertificate;
  if (old?.workloadRef === undefined) delete spec.workloadRef;
}
