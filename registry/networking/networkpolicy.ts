/** NetworkPolicies. Behaves like upstream pkg/registry/networking/networkpolicy. */
import * as networking from '../../apimachinery/types/networking.gen.ts';
import { formatLabelSelector } from '../core/cells/selector.ts';
import { generationStrategy } from '../core/strategies.ts';
import { column, defineResource } from '../generic/define.ts';
import { validateNetworkPolicy, validateNetworkPolicyUpdate } from './validation/networkpolicy.ts';

export default defineResource<networking.NetworkPolicy>(networking.NetworkPolicy, {
  shortNames: ['netpol'],
  columns: [column('Pod-Selector', (p) => formatLabelSelector(p.spec.podSelector))],
  strategy: generationStrategy<networking.NetworkPolicy>({ validate: validateNetworkPolicy, validateUpdate: validateNetworkPolicyUpdate }),
});
