/** Fields behind feature gates that are off in v1.35 are dropped, unless the old object has them. Behaves like upstream pkg/api/pod/util.go (DropDisabledPodFields). */
import type { PodSpec, PodStatus, PodTemplateSpec, VolumeProjection } from '../../../apimachinery/types/core.gen.ts';
import { someContainer, visitContainers, type AnyContainer } from './containers.ts';

const hasStopSignal = (container: AnyContainer): boolean => container.lifecycle?.stopSignal !== undefined;

/** The fields of projected volumes' sources. */
const SOURCES = ['clusterTrustBundle', 'podCertificate'] as const;

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
  if (!old || !someContainer(old, hasStopSignal)) visitContainers(spec, dropStopSignal);
  for (const { projected } of spec.volumes ?? []) if (projected?.sources) dropDisabledSources(projected.sources, old);
  if (spec.workloadRef !== undefined && old?.workloadRef === undefined) delete spec.workloadRef;
}

function dropDisabledSources(sources: VolumeProjection[], old: PodSpec | undefined): void {
  for (const field of SOURCES) {
    const isKept = old?.volumes?.some((v) => v.projected?.sources?.some((s) => s[field])) === true;
    if (!isKept) for (const source of sources) if (source[field] !== undefined) delete source[field];
  }
}

/** Behaves like upstream dropDisabledPodStatusFields. */
export function dropDisabledStatusFields(status: PodStatus): void {
  for (const field of ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const) {
    const list = status[field];
    if (list?.some((container) => container.allocatedResourcesStatus)) status[field] = list.map(({ allocatedResourcesStatus: _dropped, ...rest }) => rest);
  }
}
