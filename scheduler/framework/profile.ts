/** The order in which plug-ins are asked: upstream's default profile (scheduler/apis/config/v1/default_plugins.go). */
import type { Plugin } from './interface.ts';

const ORDER = [
  'SchedulingGates',
  'PrioritySort',
  'NodeUnschedulable',
  'NodeName',
  'TaintToleration',
  'NodeAffinity',
  'NodePorts',
  'NodeResourcesFit',
  'VolumeRestrictions',
  'NodeVolumeLimits',
  'VolumeBinding',
  'VolumeZone',
  'PodTopologySpread',
  'InterPodAffinity',
  'DynamicResources',
  'DefaultPreemption',
  'NodeResourcesBalancedAllocation',
  'ImageLocality',
  'DefaultBinder',
];

export interface Profile {
  readonly schedulerName: string;
  readonly plugins: readonly Plugin[];
}

/** Plug-ins that the order does not name come last; a repeated name throws. */
export function defaultProfile(plugins: readonly Plugin[]): Profile {
  const names = plugins.map((p) => p.name);
  const repeated = names.find((n, i) => names.indexOf(n) !== i);
  if (repeated !== undefined) throw new Error(`two scheduler plug-ins are named ${repeated}`);
  const rank = (p: Plugin): number => (ORDER.includes(p.name) ? ORDER.indexOf(p.name) : ORDER.length);
  return { schedulerName: 'default-scheduler', plugins: [...plugins].sort((a, b) => rank(a) - rank(b)) };
}
