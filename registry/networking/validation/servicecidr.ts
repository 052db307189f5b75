/** ServiceCIDRs. Behaves like upstream pkg/apis/networking/validation/validation.go (ValidateServiceCIDR). */
import type { ServiceCIDR } from '../../../apimachinery/types/networking.gen.ts';
import { invalid, Path, required, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { isValidCIDR } from '../../../apimachinery/validation/ip.ts';
import { IMMUTABLE } from '../../core/validation/fields.ts';
import { parseCIDR } from '../../core/validation/ip.ts';

const CIDRS = Path.of('spec', 'cidrs');

export function validateServiceCIDR({ spec }: ServiceCIDR): ErrorList {
  const list = spec.cidrs ?? [];
  if (list.length === 0) return [required(CIDRS, 'at least one CIDR required')];
  if (list.length > 2) return [invalid(CIDRS, { CIDRs: list }, 'may only hold up to 2 values')];
  const [first, second] = list.map((c) => parseCIDR(c)?.ip.family);
  const isDoubled = list.length === 2 && first !== undefined && first === second;
  return [
    ...list.flatMap((c, i) => isValidCIDR(CIDRS.index(i), c)),
    ...(isDoubled
      ? [invalid(CIDRS, list, 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64')]
      : []),
  ];
}

const changed = (list: readonly string[], i: number): FieldError => invalid(CIDRS.index(i), list[i], IMMUTABLE);

/** A second family may be added. */
export function validateServiceCIDRUpdate(cidr: ServiceCIDR, old: ServiceCIDR): ErrorList {
  const [list, before] = [cidr.spec.cidrs ?? [], old.spec.cidrs ?? []];
  if (list.length === before.length) return before.flatMap((c, i) => (c === list[i] ? [] : [changed(list, i)]));
  if (before.length !== 1 || list.length !== 2) return [invalid(CIDRS, cidr.spec.cidrs ?? null, IMMUTABLE)];
  return [...(list[0] === before[0] ? [] : [changed(list, 0)]), ...validateServiceCIDR(cidr)];
}

export const validateServiceCIDRStatusUpdate = (): ErrorList => [];
