/** NetworkPolicies. Behaves like upstream pkg/registry/networking/networkpolicy. */
import * as networking from '../../apimachinery/types/networking.gen.ts';
import { formatLabelSelector } from '../core/cells/selector.ts';
import { generationStrategy } from '../core/strategies.ts';
import { cidrWarnings } from '../core/warnings/ip.ts';
import { column, defineResource } from '../generic/define.ts';
import { validateNetworkPolicy, validateNetworkPolicyUpdate } from './validation/networkpolicy.ts';

function blockWarnings(block: networking.IPBlock | undefined, path: string): readonly string[] {
  if (!block) return [];
  return [
    ...cidrWarnings(`${path}.ipBlock.cidr`, block.cidr),
    ...(block.except ?? []).flatMap((c, i) => cidrWarnings(`${path}.ipBlock.except[${i}]`, c)),
  ];
}

function warnings({ spec }: networking.NetworkPolicy): readonly string[] {
  return [
    ...(spec.ingress ?? []).flatMap((r, i) => (r.from ?? []).flatMap((p, j) => blockWarnings(p.ipBlock, `spec.ingress[${i}].from[${j}]`))),
    ...(spec.egress ?? []).flatMap((r, i) => (r.to ?? []).flatMap((p, j) => blockWarnings(p.ipBlock, `spec.egress[${i}].to[${j}]`))),
  ];
}

export default defineResource<networking.NetworkPolicy>(networking.NetworkPolicy, {
  shortNames: ['netpol'],
  columns: [column('Pod-Selector', (p) => formatLabelSelector(p.spec.podSelector))],
  strategy: generationStrategy<networking.NetworkPolicy>({
    emptyCounts: true,
    metadata: { onUpdate: 'placed' },
    validate: validateNetworkPolicy,
    validateUpdate: validateNetworkPolicyUpdate,
    warningsOnCreate: warnings,
    warningsOnUpdate: warnings,
  }),
});
