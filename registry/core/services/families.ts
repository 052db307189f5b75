/** ipFamilies and ipFamilyPolicy, filled in before addresses are taken. Behaves like upstream pkg/registry/core/service/storage/alloc.go (initIPFamilyFields). */
import { newInvalid } from '../../../apimachinery/errors.ts';
import type { Service, ServiceSpec } from '../../../apimachinery/types/core.gen.ts';
import { invalid, Path, type FieldError } from '../../../apimachinery/validation/field.ts';
import { familyOf } from '../validation/ip.ts';
import { validateClusterIPsRelatedFields } from '../validation/service-ips.ts';
import { sameClusterIPs, sameIPFamilies } from './fields.ts';
import type { Family } from './ranges.ts';

export interface Families {
  readonly primary: Family;
  readonly configured: ReadonlySet<Family>;
}

const NONE = 'None';
const POLICY = Path.of('spec', 'ipFamilyPolicy');
const other = (family: string): Family => (family === 'IPv4' ? 'IPv6' : 'IPv4');
const isSelectorless = (spec: ServiceSpec): boolean => spec.clusterIP === NONE && Object.keys(spec.selector ?? {}).length === 0;

/** Nothing to do: a service that prefers two families and does not change. */
export function isUnchangedPreferDualStack(spec: ServiceSpec, old: ServiceSpec | undefined): boolean {
  if (!old || spec.ipFamilyPolicy !== 'PreferDualStack' || old.type !== spec.type || spec.type === 'ExternalName') return false;
  if (old.ipFamilyPolicy !== undefined && old.ipFamilyPolicy !== 'PreferDualStack') return false;
  return sameClusterIPs(old, spec) && sameIPFamilies(old, spec);
}

/** Throws Invalid. */
export function initFamilies(svc: Service, old: Service | undefined, families: Families): void {
  const { spec } = svc;
  if (spec.type === 'ExternalName' || isUnchangedPreferDualStack(spec, old?.spec)) return;
  spec.ipFamilyPolicy ??= old?.spec.ipFamilyPolicy ?? (isSelectorless(spec) ? 'RequireDualStack' : 'SingleStack');
  refuse(svc, validateClusterIPsRelatedFields(svc, old));
  refuse(svc, [...checkReduction(spec, old?.spec), ...checkSingleStack(spec), ...addFamiliesOfIPs(spec, families)]);
  if (isSelectorless(spec)) completeSelectorless(spec, families);
  else {
    refuse(svc, checkConfigured(spec, families));
    complete(spec, families);
  }
}

function refuse(svc: Service, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw newInvalid('', 'Service', svc.metadata.name ?? '', errors);
}

/** A single-stack service gives its second address up; any other may not lose one silently. */
function checkReduction(spec: ServiceSpec, old: ServiceSpec | undefined): FieldError[] {
  if (!old) return [];
  if (spec.ipFamilyPolicy === 'SingleStack') {
    if (sameClusterIPs(old, spec) && spec.clusterIPs && spec.clusterIPs.length > 1) spec.clusterIPs = spec.clusterIPs.slice(0, 1);
    if (sameIPFamilies(old, spec) && spec.ipFamilies && spec.ipFamilies.length > 1) spec.ipFamilies = spec.ipFamilies.slice(0, 1);
    return [];
  }
  const reduced = (next: readonly string[] = [], before: readonly string[] = []): boolean => next.length > 0 && next.length < before.length;
  return [
    ...(reduced(spec.clusterIPs, old.clusterIPs)
      ? [invalid(POLICY, spec.ipFamilyPolicy, "must be 'SingleStack' to release the secondary cluster IP")]
      : []),
    ...(reduced(spec.ipFamilies, old.ipFamilies)
      ? [invalid(POLICY, spec.ipFamilyPolicy, "must be 'SingleStack' to release the secondary IP family")]
      : []),
  ];
}

function checkSingleStack({ ipFamilyPolicy, clusterIPs, ipFamilies }: ServiceSpec): FieldError[] {
  if (ipFamilyPolicy !== 'SingleStack') return [];
  const text = (what: string): string => `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`;
  return [
    ...(clusterIPs?.length === 2 ? [invalid(POLICY, ipFamilyPolicy, text('cluster IPs'))] : []),
    ...(ipFamilies?.length === 2 ? [invalid(POLICY, ipFamilyPolicy, text('IP families'))] : []),
  ];
}

function addFamiliesOfIPs(spec: ServiceSpec, { configured }: Families): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, ip] of (spec.clusterIPs ?? []).entries()) {
    if (ip === NONE) break;
    if (i < (spec.ipFamilies ?? []).length) continue;
    const family = familyOf(ip);
    if (family !== 'unknown' && configured.has(family)) (spec.ipFamilies ??= []).push(family);
    else errors.push(invalid(Path.of('spec', 'clusterIPs').index(i), spec.clusterIPs, `${family} is not configured on this cluster`));
  }
  return errors;
}

/** Without a selector somebody else gives the endpoints: any family may come. */
function completeSelectorless(spec: ServiceSpec, { primary }: Families): void {
  if ((spec.ipFamilies ?? []).length === 0) spec.ipFamilies = [primary];
  const list = spec.ipFamilies ?? [];
  if (list.length < 2 && spec.ipFamilyPolicy !== 'SingleStack') list.push(other(list[0] ?? ''));
}

function checkConfigured(spec: ServiceSpec, { configured }: Families): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.ipFamilyPolicy === 'RequireDualStack' && configured.size < 2)
    errors.push(invalid(POLICY, spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services'));
  for (const [i, family] of (spec.ipFamilies ?? []).entries()) {
    if (!configured.has(family as Family))
      errors.push(invalid(Path.of('spec', 'ipFamilies').index(i), family, 'not configured on this cluster'));
  }
  return errors;
}

function complete(spec: ServiceSpec, { primary, configured }: Families): void {
  if ((spec.ipFamilies ?? []).length === 0) spec.ipFamilies = [primary];
  const list = spec.ipFamilies ?? [];
  if (spec.ipFamilyPolicy !== 'SingleStack' && list.length === 1 && configured.size === 2) list.push(other(list[0] ?? ''));
}
