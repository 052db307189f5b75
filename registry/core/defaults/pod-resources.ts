/** Defaults of pod-level resources, from those of the containers. Behaves like upstream pkg/apis/core/v1/defaults.go (defaultPodRequests, defaultHugePagePodLimits). */
import type { PodSpec } from '../../../apimachinery/types/core.gen.ts';
import { aggregate, isHugePages, isPodLevelResource } from '../pods/resources.ts';

type List = Readonly<Record<string, string>> | undefined;

const sizeOf = (list: List): number => Object.keys(list ?? {}).length;
const isEmpty = (list: List): boolean => sizeOf(list) === 0;

/** Only where pod-level resources are given in part. */
export function defaultPodLevelResources(spec: PodSpec): void {
  const { resources } = spec;
  if (!resources) return;
  if (!isEmpty(resources.limits) || !isEmpty(resources.requests)) defaultHugePageLimits(spec, resources);
  if (!isEmpty(resources.limits)) defaultRequests(spec, resources);
}

function defaultHugePageLimits(spec: PodSpec, resources: NonNullable<PodSpec['resources']>): void {
  const limits = { ...resources.limits };
  for (const [name, quantity] of aggregate(spec, 'limits')) {
    if (isHugePages(name) && resources.requests?.[name] === undefined) limits[name] ??= quantity.toString();
  }
  if (sizeOf(limits) > sizeOf(resources.limits)) resources.limits = limits;
}

function defaultRequests(spec: PodSpec, resources: NonNullable<PodSpec['resources']>): void {
  const requests = { ...resources.requests };
  for (const [name, quantity] of aggregate(spec, 'requests')) {
    if (isPodLevelResource(name) && !isHugePages(name)) requests[name] ??= quantity.toString();
  }
  for (const [name, limit] of Object.entries(resources.limits ?? {})) if (isPodLevelResource(name)) requests[name] ??= limit;
  if (sizeOf(requests) > sizeOf(resources.requests)) resources.requests = requests;
}
