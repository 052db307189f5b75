/** Fields behind feature gates that are off in v1.35 are dropped, unless the old object has them. Behaves like upstream pkg/api/pod/util.go (DropDisabledPodFields). */
import type { PodSpec, PodStatus, PodTemplateSpec } from '../../../apimachinery/types/core.gen.ts';
import { allContainers, type AnyContainer } from './containers.ts';

const usesStopSignal = (spec: PodSpec | undefined): boolean =>
  spec !== undefined && allContainers(spec).some(({ container: c }) => c.lifecycle?.stopSignal !== undefined);
const sources = (spec: PodSpec | undefined) => (spec?.volumes ?? []).flatMap((v) => v.projected?.sources ?? []);

/** Nothing else said about the lifecycle: it goes, too. */
function dropStopSignal(container: AnyContainer): void {
  if (container.lifecycle?.stopSignal === undefined) return;
  delete container.lifecycle.stopSignal;
  if (!container.lifecycle.postStart && !container.lifecycle.preStop) delete container.lifecycle;
}

export const dropDisabledTemplateFields = (template: PodTemplateSpec | null | undefined, old?: PodTemplateSpec | null): void => {
  if (template) dropDisabledPodFields(template.spec, old?.spec);
};

export function dropDisabledPodFields(spec: PodSpec, old: PodSpec | undefined): void {
  if (!usesStopSignal(old)) for (const { container } of allContainers(spec)) dropStopSignal(container);
  if (!sources(old).some((s) => s.clusterTrustBundle)) for (const s of sources(spec)) delete s.clusterTrustBundle;
  if (!sources(old).some((s) => s.podCertificate)) for (const s of sources(spec)) delete s.podCertificate;
  if (old?.workloadRef === undefined) delete spec.workloadRef;
}

/** Behaves like upstream dropDisabledPodStatusFields. */
export function dropDisabledStatusFields(status: PodStatus): void {
  for (const field of ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const) {
    const list = status[field];
    if (list?.some((container) => container.allocatedResourcesStatus)) status[field] = list.map(({ allocatedResourcesStatus: _dropped, ...rest }) => rest);
  }
}
