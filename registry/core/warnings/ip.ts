/** Addresses in an unusual form. */
import { Path } from '../../../apimachinery/validation/field.ts';
import { getWarningsForCIDR, getWarningsForIP } from '../../../apimachinery/validation/ip.ts';

export const ipWarnings = (path: string, ip: string | undefined): readonly string[] => (ip ? getWarningsForIP(Path.of(path), ip) : []);
export const cidrWarnings = (path: string, cidr: string): readonly string[] => getWarningsForCIDR(Path.of(path), cidr);
