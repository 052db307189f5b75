/** Fields that hold IP addresses and CIDRs. Behaves like upstream apimachinery/pkg/util/validation/ip.go. */
import { goQuote } from '../go-text.ts';
import { invalid, type ErrorList, type Path } from './field.ts';
import { formatCIDR, formatIP, isIPv4, isIPv4Mapped, maskedIP, parseCIDRSloppy, parseIPSloppy, type CIDR, type IP } from './ip-text.ts';

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.every((byte, i) => byte === b[i]);

function ipErrors(path: Path, value: string, ip: IP | undefined, isStrict: boolean): ErrorList {
  if (!ip) return [invalid(path, value, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
  if (!isStrict) return [];
  if (ip.hasLeadingZeros) return [invalid(path, value, 'must not have leading 0s')];
  return isIPv4Mapped(ip.bytes) ? [invalid(path, value, 'must not be an IPv4-mapped IPv6 address')] : [];
}

/** Of fields newer than the strict rules: canonical form only. */
export function isValidIP(path: Path, value: string): ErrorList {
  const ip = parseIPSloppy(value);
  const errors = ipErrors(path, value, ip, true);
  if (errors.length > 0 || !ip || value === formatIP(ip.bytes)) return errors;
  return [invalid(path, value, `must be in canonical form (${goQuote(formatIP(ip.bytes))})`)];
}

/** Of older fields; v1.35 is not strict by default. `validOld`: values the old object already holds. */
export function isValidIPForLegacyField(path: Path, value: string, isStrict = false, validOld: readonly string[] = []): ErrorList {
  return validOld.includes(value) ? [] : ipErrors(path, value, parseIPSloppy(value), isStrict);
}

function cidrErrors(path: Path, value: string, cidr: CIDR | undefined, isStrict: boolean): ErrorList {
  if (!cidr) return [invalid(path, value, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
  if (!isStrict) return [];
  if (cidr.hasLeadingZeros) return [invalid(path, value, 'must not have leading 0s in IP or prefix length')];
  if (isIPv4Mapped(cidr.ip.bytes)) return [invalid(path, value, 'must not have an IPv4-mapped IPv6 address')];
  return sameBytes(cidr.ip.bytes, maskedIP(cidr)) ? [] : [invalid(path, value, 'must not have bits set beyond the prefix length')];
}

export function isValidCIDR(path: Path, value: string): ErrorList {
  const cidr = parseCIDRSloppy(value);
  const errors = cidrErrors(path, value, cidr, true);
  if (errors.length > 0 || !cidr || value === formatCIDR(cidr)) return errors;
  return [invalid(path, value, `must be in canonical form (${goQuote(formatCIDR(cidr))})`)];
}

export function isValidCIDRForLegacyField(path: Path, value: string, isStrict = false, validOld: readonly string[] = []): ErrorList {
  return validOld.includes(value) ? [] : cidrErrors(path, value, parseCIDRSloppy(value), isStrict);
}

/** An address with its prefix length, canonical. */
export function isValidInterfaceAddress(path: Path, value: string): ErrorList {
  const cidr = parseCIDRSloppy(value);
  if (!cidr) return [invalid(path, value, 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)')];
  const bits = isIPv4(cidr.ip.bytes) && cidr.bits > 32 ? cidr.bits - 96 : cidr.bits;
  const canonical = `${formatIP(cidr.ip.bytes)}/${bits}`;
  return value === canonical ? [] : [invalid(path, value, `must be in canonical form (${goQuote(canonical)})`)];
}

/** Warnings for values that isValidIPForLegacyField accepts. */
export function getWarningsForIP(path: Path, value: string): string[] {
  const ip = parseIPSloppy(value);
  if (!ip) return [];
  const canonical = goQuote(formatIP(ip.bytes));
  const quoted = goQuote(value);
  if (ip.hasLeadingZeros || isIPv4Mapped(ip.bytes))
    return [`${path}: non-standard IP address ${quoted} will be considered invalid in a future Kubernetes release: use ${canonical}`];
  return ip.bytes.length === 16 && canonical !== quoted
    ? [`${path}: IPv6 address ${quoted} should be in RFC 5952 canonical format (${canonical})`]
    : [];
}

export function getWarningsForCIDR(path: Path, value: string): string[] {
  const cidr = parseCIDRSloppy(value);
  if (!cidr) return [];
  const warnings: string[] = [];
  const quoted = goQuote(value);
  const network = goQuote(formatCIDR(cidr));
  if (!sameBytes(cidr.ip.bytes, maskedIP(cidr))) {
    const single = goQuote(`${formatIP(cidr.ip.bytes)}/${cidr.ip.bytes.length * 8}`);
    warnings.push(`${path}: CIDR value ${quoted} is ambiguous in this context (should be ${network} or ${single}?)`);
  }
  if (cidr.hasLeadingZeros || isIPv4Mapped(cidr.ip.bytes))
    warnings.push(`${path}: non-standard CIDR value ${quoted} will be considered invalid in a future Kubernetes release: use ${network}`);
  else if (warnings.length === 0 && cidr.ip.bytes.length === 16 && network !== quoted)
    warnings.push(`${path}: IPv6 CIDR value ${quoted} should be in RFC 5952 canonical format (${network})`);
  return warnings;
}
