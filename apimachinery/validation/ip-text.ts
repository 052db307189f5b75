/** IP addresses and CIDRs as text. Behaves like Go's net (in the form that ignores leading zeros, as upstream does) and net/netip. */

export interface IP {
  /** 4 bytes, or 16 where it was written with colons. */
  readonly bytes: Uint8Array;
  /** The text has groups that netip refuses: leading zeros. */
  readonly hasLeadingZeros: boolean;
}
export interface CIDR {
  readonly ip: IP;
  readonly bits: number;
  /** Leading zeros in the address or the prefix length. */
  readonly hasLeadingZeros: boolean;
}

/** Undefined when it is none. */
export function parseIPSloppy(text: string): IP | undefined {
  for (const char of text) {
    if (char === '.') return parseIPv4(text);
    if (char === ':') return parseIPv6(text);
  }
  return undefined;
}

const OCTETS = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/;

function parseIPv4(text: string): IP | undefined {
  const octets = OCTETS.exec(text)?.slice(1);
  if (!octets || octets.some((octet) => Number(octet) > 255)) return undefined;
  return { bytes: Uint8Array.from(octets, Number), hasLeadingZeros: octets.some((octet) => octet.length > 1 && octet.startsWith('0')) };
}

function parseIPv6(text: string): IP | undefined {
  const gap = text.indexOf('::');
  if (gap < 0) return joined(groupsOf(text), undefined);
  if (text.indexOf('::', gap + 1) >= 0) return undefined;
  return joined(groupsOf(text.slice(0, gap)), groupsOf(text.slice(gap + 2)), gap + 2 < text.length);
}

interface Groups {
  readonly bytes: readonly number[];
  readonly hasLeadingZeros: boolean;
  readonly endsInIPv4: boolean;
}

/** Undefined: not well formed. */
function groupsOf(text: string): Groups | undefined {
  const bytes: number[] = [];
  let hasLeadingZeros = false;
  let endsInIPv4 = false;
  for (const group of text === '' ? [] : text.split(':')) {
    if (endsInIPv4) return undefined;
    if (group.includes('.')) {
      const ipv4 = parseIPv4(group);
      if (!ipv4) return undefined;
      endsInIPv4 = true;
      hasLeadingZeros ||= ipv4.hasLeadingZeros;
      bytes.push(...ipv4.bytes);
      continue;
    }
    if (!/^0*[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
    hasLeadingZeros ||= group.length > 4;
    const value = Number.parseInt(group, 16);
    bytes.push(value >> 8, value & 0xff);
  }
  return { bytes, hasLeadingZeros, endsInIPv4 };
}

function joined(head: Groups | undefined, tail: Groups | undefined, tailWritten = false): IP | undefined {
  if (!head || (tailWritten && !tail)) return undefined;
  if (!tail) return head.bytes.length === 16 ? { bytes: Uint8Array.from(head.bytes), hasLeadingZeros: head.hasLeadingZeros } : undefined;
  const missing = 16 - head.bytes.length - tail.bytes.length;
  if (missing <= 0 || head.endsInIPv4) return undefined;
  const bytes = new Uint8Array(16);
  bytes.set(head.bytes);
  bytes.set(tail.bytes, 16 - tail.bytes.length);
  return { bytes, hasLeadingZeros: head.hasLeadingZeros || tail.hasLeadingZeros };
}

/** An IPv4 address written as an IPv6 one (::ffff:1.2.3.4). */
export function isIPv4Mapped(bytes: Uint8Array): boolean {
  return bytes.length === 16 && bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
}

export const isIPv4 = (bytes: Uint8Array): boolean => bytes.length === 4 || isIPv4Mapped(bytes);

/** Canonical (RFC 5952); a mapped address as IPv4. */
export function formatIP(bytes: Uint8Array): string {
  if (isIPv4(bytes)) return bytes.subarray(-4).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  const [start, length] = longestZeros(groups);
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  return length < 2 ? hex(groups) : `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

function longestZeros(groups: readonly number[]): readonly [start: number, length: number] {
  let best: readonly [number, number] = [0, 0];
  for (let i = 0; i < groups.length; i++) {
    let end = i;
    while (groups[end] === 0) end++;
    if (end - i > best[1]) best = [i, end - i];
    i = Math.max(i, end);
  }
  return best;
}

export function parseCIDRSloppy(text: string): CIDR | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const address = text.slice(0, slash);
  const ip = parseIPv4(address) ?? (address.includes(':') ? parseIPv6(address) : undefined);
  const length = text.slice(slash + 1);
  if (!ip || !/^[0-9]+$/.test(length) || Number(length) > ip.bytes.length * 8) return undefined;
  return { ip, bits: Number(length), hasLeadingZeros: ip.hasLeadingZeros || (length.length > 1 && length.startsWith('0')) };
}

/** The address with the bits beyond the prefix cleared. */
export function maskedIP(cidr: CIDR): Uint8Array {
  return cidr.ip.bytes.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, cidr.bits - 8 * i))));
}

/** Canonical: what Go prints for the network. */
export function formatCIDR(cidr: CIDR): string {
  const network = maskedIP(cidr);
  return `${formatIP(network)}/${isIPv4Mapped(network) ? Math.max(0, cidr.bits - 96) : cidr.bits}`;
}
