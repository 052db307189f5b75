/** Topology spread constraints as a pod has them, or as its services and its controller imply them. Behaves like upstream plugins/podtopologyspread/common.go and plugins/helper/spread.go. */
import { labelSelectorAsSelector, selectorFromSet, type LabelSelector, type Labels } from '../../apimachinery/labels/selector.ts';
import * as apps from '../../apimachinery/types/apps.gen.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { SharedInformers } from '../../client/interface.ts';
import type { Node, Pod } from './interface.ts';
import { meetsRequiredAffinity } from './node-selector.ts';
import { untolerated } from './tolerations.ts';
import type { PodInfo } from './pod-info.ts';

export type Constraint = DeepReadonly<core.TopologySpreadConstraint>;
export type Action = 'DoNotSchedule' | 'ScheduleAnyway';

export interface SpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly selector: LabelSelector;
  readonly minDomains: number;
  readonly honorsAffinity: boolean;
  readonly honorsTaints: boolean;
}

export const HOSTNAME = 'kubernetes.io/hostname';
export const SYSTEM_DEFAULTS: readonly Constraint[] = [
  { topologyKey: HOSTNAME, whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 3 },
  { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 5 },
];

/** matchLabelKeys narrow the selector to the pod's own values. */
function selectorOf(constraint: Constraint, labels: Labels): LabelSelector {
  const selector = labelSelectorAsSelector(constraint.labelSelector);
  const own = Object.fromEntries((constraint.matchLabelKeys ?? []).flatMap((k) => (labels[k] === undefined ? [] : [[k, labels[k]] as const])));
  return Object.keys(own).length === 0 ? selector : selectorFromSet(own).add(...selector.requirements);
}

function parsed(constraint: Constraint, selector: LabelSelector): SpreadConstraint {
  return {
    maxSkew: constraint.maxSkew,
    topologyKey: constraint.topologyKey,
    selector,
    minDomains: constraint.minDomains ?? 1,
    honorsAffinity: (constraint.nodeAffinityPolicy ?? 'Honor') === 'Honor',
    honorsTaints: constraint.nodeTaintsPolicy === 'Honor',
  };
}

function controllerSelector(pod: Pod, informers: SharedInformers): LabelSelector | undefined {
  const owner = pod.metadata.ownerReferences?.find((o) => o.controller === true);
  if (!owner) return undefined;
  const key = { namespace: pod.metadata.namespace ?? '', name: owner.name };
  switch (`${owner.apiVersion}/${owner.kind}`) {
    case 'v1/ReplicationController': {
      const controller = informers.informer(core.ReplicationController).lister.get(key);
      return controller && selectorFromSet(controller.spec.selector);
    }
    case 'apps/v1/ReplicaSet': {
      const set = informers.informer(apps.ReplicaSet).lister.get(key);
      return set && labelSelectorAsSelector(set.spec.selector);
    }
    case 'apps/v1/StatefulSet': {
      const set = informers.informer(apps.StatefulSet).lister.get(key);
      return set && labelSelectorAsSelector(set.spec.selector);
    }
    default:
      return undefined;
  }
}

/** What the services of the pod and its controller select, together. */
export function defaultSelector(pod: Pod, informers: SharedInformers): LabelSelector {
  const labels: Record<string, string> = {};
  for (const service of informers.informer(core.Service).lister.list(pod.metadata.namespace)) {
    const wanted = service.spec.selector;
    if (wanted && selectorFromSet(wanted).matches(pod.metadata.labels)) Object.assign(labels, wanted);
  }
  return selectorFromSet(labels).add(...(controllerSelector(pod, informers)?.requirements ?? []));
}

/** The pod's own constraints of this kind; when it has none of any kind, the defaults. */
export function constraintsOf(pod: Pod, action: Action, defaults: readonly Constraint[], informers: () => SharedInformers): SpreadConstraint[] {
  const own = pod.spec.topologySpreadConstraints ?? [];
  if (own.length > 0) return own.filter((c) => c.whenUnsatisfiable === action).map((c) => parsed(c, selectorOf(c, pod.metadata.labels ?? {})));
  const wanted = defaults.filter((c) => c.whenUnsatisfiable === action);
  if (wanted.length === 0) return [];
  const selector = defaultSelector(pod, informers());
  return selector.isEmpty() ? [] : wanted.map((c) => parsed(c, selector));
}

export const hasAllKeys = (node: Node, constraints: readonly SpreadConstraint[]): boolean => constraints.every((c) => node.metadata.labels?.[c.topologyKey] !== undefined);

/** Whether the pods of the node count for the constraint. */
export function includesNode(constraint: SpreadConstraint, pod: Pod, node: Node): boolean {
  if (constraint.honorsAffinity && !meetsRequiredAffinity(pod, node)) return false;
  return !(constraint.honorsTaints && untolerated(node.spec.taints, pod.spec.tolerations, ['NoSchedule', 'NoExecute']));
}

/** Pods that are being deleted do not count. */
export function countMatching(pods: readonly PodInfo[], selector: LabelSelector, namespace: string | undefined): number {
  if (selector.isEmpty()) return 0;
  return pods.filter(({ pod }) => pod.metadata.deletionTimestamp === undefined && pod.metadata.namespace === namespace && selector.matches(pod.metadata.labels)).length;
}
