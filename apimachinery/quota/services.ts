/** What a service uses of a quota. Behaves like upstream pkg/quota/v1/evaluator/core/services.go. */
import { newQuantity, ZERO_QUANTITY } from '../quantity.ts';
import type * as core from '../types/core.gen.ts';
import type { DeepReadonly } from '../types/type.ts';
import { intersection, type Evaluator } from './evaluator.ts';
import { ONE, type ResourceList } from './resource-list.ts';

const NAMES = ['count/services', 'services', 'services.nodeports', 'services.loadbalancers'];

export const serviceEvaluator: Evaluator = {
  groupResource: { group: '', resource: 'services' },
  handles: ({ operation, subresource }) => subresource === '' && (operation === 'CREATE' || operation === 'UPDATE'),
  matchingResources: (names) => intersection(names, NAMES),
  matchesScope: () => false,
  usage: (obj) => usage((obj as unknown as DeepReadonly<core.Service>).spec),
};

/** Node ports are not allocated yet: what counts is the intent. */
function usage(spec: DeepReadonly<core.ServiceSpec>): ResourceList {
  const ports = spec.ports ?? [];
  const isBalanced = spec.type === 'LoadBalancer';
  const onlyGiven = isBalanced && spec.allocateLoadBalancerNodePorts === false;
  const nodePorts = spec.type === 'NodePort' || isBalanced ? ports.filter((p) => !onlyGiven || p.nodePort).length : 0;
  return new Map([
    ['count/services', ONE],
    ['services', ONE],
    ['services.loadbalancers', isBalanced ? ONE : ZERO_QUANTITY],
    ['services.nodeports', newQuantity(nodePorts, 'DecimalSI')],
  ]);
}
