/** Fields of services that do nothing. Behaves like upstream pkg/api/service/warnings.go (GetWarningsForService). */
import type { Service } from '../../../apimachinery/types/core.gen.ts';
import { cidrWarnings, ipWarnings } from './ip.ts';

const HINTS = 'service.kubernetes.io/topology-aware-hints';

function headlessWarnings({ spec }: Service): readonly string[] {
  if (spec.type !== 'ClusterIP' || spec.clusterIP !== 'None') return [];
  return [
    ...(spec.loadBalancerIP ? ['spec.loadBalancerIP is ignored for headless services'] : []),
    ...((spec.externalIPs ?? []).length > 0 ? ['spec.externalIPs is ignored for headless services'] : []),
    ...(spec.sessionAffinity === 'None' ? [] : ['spec.SessionAffinity is ignored for headless services']),
  ];
}

export function serviceWarnings(service: Service): readonly string[] {
  const { metadata, spec } = service;
  const isExternal = spec.type === 'ExternalName';
  const hasIP = !isExternal && spec.clusterIP && spec.clusterIP !== 'None';
  return [
    ...(metadata.annotations?.[HINTS] === undefined
      ? []
      : [`annotation ${HINTS} is deprecated, please use service.kubernetes.io/topology-mode instead`]),
    ...(hasIP ? (spec.clusterIPs ?? []).flatMap((ip, i) => ipWarnings(`spec.clusterIPs[${i}]`, ip)) : []),
    ...headlessWarnings(service),
    ...(spec.externalIPs ?? []).flatMap((ip, i) => ipWarnings(`spec.externalIPs[${i}]`, ip)),
    ...ipWarnings('spec.loadBalancerIP', spec.loadBalancerIP),
    ...(spec.loadBalancerSourceRanges ?? []).flatMap((cidr, i) => cidrWarnings(`spec.loadBalancerSourceRanges[${i}]`, cidr)),
    ...(isExternal && (spec.externalIPs ?? []).length > 0 ? ['spec.externalIPs is ignored when spec.type is "ExternalName"'] : []),
    ...(!isExternal && spec.externalName ? ['spec.externalName is ignored when spec.type is not "ExternalName"'] : []),
    ...(spec.trafficDistribution === 'PreferClose' ? ['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'] : []),
  ];
}
