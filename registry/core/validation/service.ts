/** Services. Behaves like upstream pkg/apis/core/validation/validation.go (ValidateServiceCreate, ValidateServiceUpdate). */
import type { Service, ServiceSpec } from '../../../apimachinery/types/core.gen.ts';
import {
  forbidden,
  invalid,
  notSupported,
  Path,
  required,
  type ErrorList,
  type FieldError,
} from '../../../apimachinery/validation/field.ts';
import { isExternallyAccessible } from '../defaults/service.ts';
import { needsHealthCheckPort } from '../services/node-ports.ts';
import { endpointIP } from './endpoint-ip.ts';
import { dnsSubdomain, labels, legacyCIDR, legacyIP, oneOf, qualifiedName } from './fields.ts';
import { each, isValidPortNum, nameIsDNS1035Label } from './format.ts';
import { loadBalancerStatus } from './load-balancer.ts';
import { portCollisions, servicePorts } from './service-ports.ts';
import { clusterIPsUpdate, ipFamiliesUpdate, isHeadless, validateClusterIPsRelatedFields } from './service-ips.ts';

const SPEC = Path.of('spec');
const ANNOTATIONS = Path.of('metadata', 'annotations');
const HINTS = 'service.kubernetes.io/topology-aware-hints';
const MODE = 'service.kubernetes.io/topology-mode';
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const ONLY_LOAD_BALANCER = "may only be used when `type` is 'LoadBalancer'";
const DAY = 86400;

export const validateServiceName = nameIsDNS1035Label;

function topology({ metadata: { annotations } }: Service): FieldError[] {
  const [hints, mode] = [annotations?.[HINTS], annotations?.[MODE]];
  const differ = hints !== undefined && mode !== undefined && hints !== mode;
  return differ ? [invalid(ANNOTATIONS.key(MODE), mode, `must match annotations[${HINTS}] when both are specified`)] : [];
}

function ofType(spec: ServiceSpec): FieldError[] {
  const { type } = spec;
  if (type === 'ExternalName') return externalName(spec);
  const needsIP = type === 'LoadBalancer' || type === 'NodePort';
  return needsIP && isHeadless(spec)
    ? [invalid(SPEC.child('clusterIPs').index(0), 'None', `may not be set to 'None' for ${type} services`)]
    : [];
}

function externalName(spec: ServiceSpec): FieldError[] {
  const isSet = {
    clusterIPs: (spec.clusterIPs ?? []).length > 0,
    ipFamilies: (spec.ipFamilies ?? []).length > 0,
    ipFamilyPolicy: spec.ipFamilyPolicy !== undefined,
  };
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  return [
    ...Object.entries(isSet).flatMap(([field, set]) =>
      set ? [forbidden(SPEC.child(field), 'may not be set for ExternalName services')] : [],
    ),
    ...(name === '' ? [required(SPEC.child('externalName'))] : dnsSubdomain(name, SPEC.child('externalName'))),
  ];
}

function clientIP(config: ServiceSpec['sessionAffinityConfig'], path: Path): FieldError[] {
  const noConfig = 'when session affinity type is ClientIP';
  if (!config) return [required(path, noConfig)];
  if (!config.clientIP) return [required(path.child('clientIP'), noConfig)];
  const seconds = config.clientIP.timeoutSeconds;
  const at = path.child('clientIP', 'timeoutSeconds');
  if (seconds === undefined) return [required(at, noConfig)];
  return seconds <= 0 || seconds > DAY ? [invalid(at, seconds, `must be greater than 0 and less than ${DAY}`)] : [];
}

function sessionAffinity({ sessionAffinity: affinity, sessionAffinityConfig: config }: ServiceSpec): FieldError[] {
  const path = SPEC.child('sessionAffinityConfig');
  const errors = oneOf(affinity, ['ClientIP', 'None'], SPEC.child('sessionAffinity'));
  if (affinity === 'ClientIP') return [...errors, ...clientIP(config, path)];
  return affinity === 'None' && config ? [...errors, forbidden(path, 'must not be set when session affinity is None')] : errors;
}

function externalIPs(ips: readonly string[] | undefined): FieldError[] {
  return (ips ?? []).flatMap((ip, i) => {
    const at = SPEC.child('externalIPs').index(i);
    const wrong = legacyIP(ip, at);
    return wrong.length > 0 ? wrong : endpointIP(ip, at);
  });
}

function sourceRanges({ spec, metadata }: Service, old: Service | undefined): FieldError[] {
  const ranges = spec.loadBalancerSourceRanges ?? [];
  const annotation = metadata.annotations?.[SOURCE_RANGES];
  const isBalanced = spec.type === 'LoadBalancer';
  if (ranges.length > 0) {
    const path = SPEC.child('LoadBalancerSourceRanges');
    return [...(isBalanced ? [] : [forbidden(path, ONLY_LOAD_BALANCER)]), ...ranges.flatMap((r, i) => legacyCIDR(r.trim(), path.index(i)))];
  }
  if (annotation === undefined) return [];
  const path = ANNOTATIONS.key(SOURCE_RANGES);
  const isNew = old?.metadata.annotations?.[SOURCE_RANGES] !== annotation && annotation.trim() !== '';
  return [
    ...(isBalanced ? [] : [forbidden(path, ONLY_LOAD_BALANCER)]),
    ...(isNew
      ? annotation
          .trim()
          .split(',')
          .flatMap((r) => legacyCIDR(r.trim(), path))
      : []),
  ];
}

function loadBalancer({ type, allocateLoadBalancerNodePorts: allocates, loadBalancerClass }: ServiceSpec): FieldError[] {
  const at = SPEC.child('loadBalancerClass');
  if (type === 'LoadBalancer')
    return [
      ...(allocates === undefined ? [required(Path.of('allocateLoadBalancerNodePorts'))] : []),
      ...(loadBalancerClass === undefined ? [] : qualifiedName(loadBalancerClass, at)),
    ];
  return [
    ...(allocates === undefined ? [] : [forbidden(SPEC.child('allocateLoadBalancerNodePorts'), ONLY_LOAD_BALANCER)]),
    ...(loadBalancerClass === undefined ? [] : [forbidden(at, ONLY_LOAD_BALANCER)]),
  ];
}

function externalTraffic(spec: ServiceSpec): FieldError[] {
  const path = SPEC.child('externalTrafficPolicy');
  const policy = spec.externalTrafficPolicy;
  if (isExternallyAccessible(spec)) return oneOf(policy, ['Cluster', 'Local'], path);
  return policy ? [invalid(path, policy, 'may only be set for externally-accessible services')] : [];
}

function healthCheck(spec: ServiceSpec): FieldError[] {
  const path = SPEC.child('healthCheckNodePort');
  const port = spec.healthCheckNodePort ?? 0;
  if (needsHealthCheckPort(spec)) return port === 0 ? [required(path)] : each(path, port, isValidPortNum(port));
  return port === 0 ? [] : [invalid(path, port, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'")];
}

const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];

function traffic({ type, internalTrafficPolicy: policy, trafficDistribution: distribution }: ServiceSpec): FieldError[] {
  const path = SPEC.child('internalTrafficPolicy');
  const isNeeded = ['NodePort', 'LoadBalancer', 'ClusterIP'].includes(type ?? '');
  return [
    ...(policy === undefined && isNeeded ? [required(path)] : []),
    ...(policy === undefined || policy === 'Cluster' || policy === 'Local' ? [] : [notSupported(path, policy, ['Cluster', 'Local'])]),
    ...(distribution === undefined || DISTRIBUTIONS.includes(distribution)
      ? []
      : [notSupported(SPEC.child('trafficDistribution'), distribution, DISTRIBUTIONS)]),
  ];
}

function validateService(service: Service, old?: Service): FieldError[] {
  const { spec } = service;
  const ports = spec.ports ?? [];
  const needsPorts = !isHeadless(spec) && spec.type !== 'ExternalName';
  return [
    ...topology(service),
    ...(ports.length === 0 && needsPorts ? [required(SPEC.child('ports'))] : []),
    ...ofType(spec),
    ...servicePorts(ports),
    ...labels(spec.selector, SPEC.child('selector')),
    ...sessionAffinity(spec),
    ...validateClusterIPsRelatedFields(service, old),
    ...externalIPs(spec.externalIPs),
    ...oneOf(spec.type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'], SPEC.child('type')),
    ...portCollisions(spec),
    ...sourceRanges(service, old),
    ...loadBalancer(spec),
    ...externalTraffic(spec),
    ...healthCheck(spec),
    ...traffic(spec),
  ];
}

export const validateServiceCreate = (service: Service): ErrorList => validateService(service);

function loadBalancerClassUpdate({ spec }: Service, old: Service): FieldError[] {
  const stays = spec.type === 'LoadBalancer' && old.spec.type === 'LoadBalancer';
  const path = SPEC.child('loadBalancerClass');
  const given = spec.loadBalancerClass;
  return [
    ...(stays && given !== old.spec.loadBalancerClass ? [invalid(path, given, 'may not change once set')] : []),
    ...loadBalancer({ ...spec, allocateLoadBalancerNodePorts: spec.type === 'LoadBalancer' } as ServiceSpec).filter(
      (e) => e.field === path.toString(),
    ),
  ];
}

export function validateServiceUpdate(service: Service, old: Service): ErrorList {
  const { spec } = service;
  const keepsHealthCheck = needsHealthCheckPort(old.spec) && needsHealthCheckPort(spec);
  return [
    ...clusterIPsUpdate(spec, old.spec),
    ...ipFamiliesUpdate(spec, old.spec),
    ...loadBalancerClassUpdate(service, old),
    ...(keepsHealthCheck && spec.healthCheckNodePort !== old.spec.healthCheckNodePort
      ? [forbidden(SPEC.child('healthCheckNodePort'), 'field is immutable')]
      : []),
    ...validateService(service, old),
  ];
}

export const validateServiceStatusUpdate = ({ spec, status }: Service): ErrorList =>
  loadBalancerStatus(status.loadBalancer, spec.type, Path.of('status', 'loadBalancer'));
