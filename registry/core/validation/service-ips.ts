/** Cluster addresses and families of services. Behaves like upstream pkg/apis/core/validation/validation.go (ValidateServiceClusterIPsRelatedFields and the updates). */
import type { Service, ServiceSpec } from '../../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { duplicate, invalid, notSupported, Path, required, type FieldError } from '../../../apimachinery/validation/field.ts';
import { legacyIP } from './fields.ts';
import { parseIP } from './ip.ts';

type Spec = DeepReadonly<ServiceSpec>;

const SPEC = Path.of('spec');
const IPS = SPEC.child('clusterIPs');
const FAMILIES = SPEC.child('ipFamilies');
const POLICY = SPEC.child('ipFamilyPolicy');
const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

export const isHeadless = ({ clusterIPs }: Spec): boolean => clusterIPs?.length === 1 && clusterIPs[0] === 'None';

function firstIP({ clusterIP = '', clusterIPs }: Spec): FieldError[] {
  const ips = clusterIPs ?? [];
  if (clusterIP === '') return ips.length > 0 ? [invalid(IPS, ips, 'must be empty when `clusterIP` is not specified')] : [];
  if (ips.length === 0) return [required(IPS)];
  return ips[0] === clusterIP ? [] : [invalid(IPS, ips, 'first value must match `clusterIP`')];
}

function families({ ipFamilies, ipFamilyPolicy }: Spec): FieldError[] {
  const list = ipFamilies ?? [];
  return [
    ...list.flatMap((f, i) => [
      ...(f === 'IPv4' || f === 'IPv6' ? [] : [notSupported(FAMILIES.index(i), f, ['IPv4', 'IPv6'])]),
      ...(list.indexOf(f) < i ? [duplicate(FAMILIES.index(i), f)] : []),
    ]),
    ...(ipFamilyPolicy === undefined || POLICIES.includes(ipFamilyPolicy) ? [] : [notSupported(POLICY, ipFamilyPolicy, POLICIES)]),
  ];
}

function addresses(ips: readonly string[]): FieldError[] {
  return ips.flatMap((ip, i) => {
    if (i > 0 || ip !== 'None') return legacyIP(ip, IPS.index(i));
    return ips.length > 1 ? [invalid(IPS, ips, "'None' must be the first and only value")] : [];
  });
}

const familyOf = (ip: string): string => (parseIP(ip)?.family === 6 ? 'IPv6' : 'IPv4');

function agreement(spec: Spec): FieldError[] {
  const ips = spec.clusterIPs ?? [];
  const isDual = new Set(ips.map(familyOf)).size > 1;
  const errors = ips.length > 1 && !isDual ? [invalid(IPS, ips, 'may specify no more than one IP for each IP family')] : [];
  if (isHeadless(spec)) return errors;
  const expected = (spec.ipFamilies ?? []).slice(0, ips.length);
  return [
    ...errors,
    ...expected.flatMap((family, i) => {
      const ip = ips[i] ?? '';
      const isKnown = family === 'IPv4' || family === 'IPv6';
      return !isKnown || familyOf(ip) === family
        ? []
        : [invalid(IPS.index(i), ip, `expected an ${family} value as indicated by \`ipFamilies[${i}]\``)];
    }),
  ];
}

export function validateClusterIPsRelatedFields({ spec }: DeepReadonly<Service>, _old?: DeepReadonly<Service>): FieldError[] {
  if (spec.type === 'ExternalName') return [];
  const ips = spec.clusterIPs ?? [];
  const wrong = addresses(ips);
  const errors = [
    ...firstIP(spec),
    ...families(spec),
    ...wrong,
    ...(ips.length > 2 ? [invalid(IPS, ips, 'may only hold up to 2 values')] : []),
  ];
  return wrong.length > 0 ? errors : [...errors, ...agreement(spec)];
}

const areExternal = (spec: Spec, old: Spec): boolean => spec.type === 'ExternalName' || old.type === 'ExternalName';
const MAY_NOT_CHANGE = 'may not change once set';

function released(spec: Spec, what: string): FieldError[] {
  return spec.ipFamilyPolicy === 'SingleStack'
    ? []
    : [invalid(POLICY, spec.ipFamilyPolicy, `must be set to 'SingleStack' when releasing the secondary ${what}`)];
}

export function clusterIPsUpdate(spec: Spec, old: Spec): FieldError[] {
  if (areExternal(spec, old) || (isHeadless(spec) && isHeadless(old))) return [];
  const [ips, before] = [spec.clusterIPs ?? [], old.clusterIPs ?? []];
  const moved = (i: number): FieldError => invalid(IPS.index(i), spec.clusterIPs ?? null, MAY_NOT_CHANGE);
  if (ips.length === before.length) return before.flatMap((ip, i) => (ip === ips[i] ? [] : [moved(i)]));
  const first = before.length > 0 && ips.length > 0 && ips[0] !== before[0] ? [moved(0)] : [];
  if (ips.length > before.length) return first;
  return [
    ...(ips.length === 0 ? [invalid(IPS.index(0), spec.clusterIPs ?? null, 'primary clusterIP can not be unset')] : []),
    ...first,
    ...(ips.length === 1 ? released(spec, 'clusterIP') : []),
  ];
}

/** Upstream shows the addresses, not the families, in two of its messages. */
export function ipFamiliesUpdate(spec: Spec, old: Spec): FieldError[] {
  if (areExternal(spec, old) || isHeadless(spec) || isHeadless(old)) return [];
  const [list, before] = [spec.ipFamilies ?? [], old.ipFamilies ?? []];
  const at = FAMILIES.index(0);
  if (list.length === before.length) return before.flatMap((f, i) => (f === list[i] ? [] : [invalid(at, list, MAY_NOT_CHANGE)]));
  const first = before.length > 0 && list.length > 0 && list[0] !== before[0] ? [invalid(at, spec.clusterIPs ?? null, MAY_NOT_CHANGE)] : [];
  if (list.length > before.length) return first;
  const unset = (spec.clusterIPs ?? []).length === 0 ? [invalid(at, spec.ipFamilies ?? null, 'primary ipFamily can not be unset')] : [];
  return [...unset, ...first, ...(list.length === 1 ? released(spec, 'ipFamily') : [])];
}
