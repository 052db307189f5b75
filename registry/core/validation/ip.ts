/** IP addresses and CIDRs as Go reads them. Behaves like upstream k8s.io/utils/net (ParseIPSloppy, ParseCIDRSloppy) and Go's net/netip. */

export interface IP {
  readonly family: 4 | 6;
  readonly value: bigint;
  /** Written as ::ffff:1.2.3.4. */
  readonly isMapped: boolean;
  readonly hasLeadingZeros: boolean;
}
export interface CIDR {
  readonly ip: IP;
  readonly prefix: number;
}

function parseV4(text: string): { value: bigint; zeros: boolean } | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0n;
  let zeros = false;
  for (const part of parts) {
    if (!/^[0-9]{1,}$/.test(part) || part.length > 10 || Number(part) > 255) return undefined;
    if (part.length > 1 && part.startsWith('0')) zeros = true;
    value = (value << 8n) | BigInt(Number(part));
  }
  return { value, zeros };
}

function parseV6(text: string): { value: bigint; zeros: boolean } | undefined {
  let body = text;
  let zeros = false;
  const dotted = /^(.*:)([0-9]+\.[0-9.]+)$/.exec(text);
  if (dotted) {
    const v4 = parseV4(dotted[2] ?? '');
    if (!v4) return undefined;
    zeros = v4.zeros;
    body = `${dotted[1] ?? ''}${(v4.value >> 16n).toString(16)}:${(v4.value & 0xffffn).toString(16)}`;
  }
  const halves = body.split('::');
  if (halves.length > 2) return undefined;
  const groups = (half: string | undefined): string[] => (half ? half.split(':') : []);
  const [head, tail] = [groups(halves[0]), groups(halves[1])];
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...Array.from({ length: halves.length === 2 ? missing : 0 }, () => '0'), ...tail];
  if (!all.every((g) => /^[0-9a-fA-F]{1,4}$/.test(g))) return undefined;
  return { value: all.reduce((sum, g) => (sum << 16n) | BigInt(Number.parseInt(g, 16)), 0n), zeros };
}

const MAPPED = 0xffffn;

/** Undefined: no address. An IPv4 address in IPv6 form counts as IPv4, as in Go. */
export function parseIP(text: string): IP | undefined {
  if (!text.includes(':')) {
    const v4 = parseV4(text);
    return v4 && { family: 4, value: v4.value, isMapped: false, hasLeadingZeros: v4.zeros };
  }
  const v6 = parseV6(text);
  if (!v6) return undefined;
  if (v6.value >> 32n === MAPPED) return { family: 4, value: v6.value & 0xffffffffn, isMapped: true, hasLeadingZeros: v6.zeros };
  return { family: 6, value: v6.value, isMapped: false, hasLeadingZeros: v6.zeros };
}

export function parseCIDR(text: string): CIDR | undefined {
  const slash = text.indexOf('/');
  const ip = slash < 0 ? undefined : parseIP(text.slice(0, slash));
  const bits = text.slice(slash + 1);
  if (!ip || !/^[0-9]+$/.test(bits)) return undefined;
  const prefix = Number(bits);
  const width = ip.isMapped ? 128 : ip.family === 4 ? 32 : 128;
  return prefix > width ? undefined : { ip, prefix: ip.isMapped ? prefix - 96 : prefix };
}

export const widthOf = (ip: IP): number => (ip.family === 4 ? 32 : 128);

/** First address of the range and how many there are. */
export function rangeOf({ ip, prefix }: CIDR): { first: bigint; size: bigint } {
  const size = 1n << BigInt(Math.max(0, widthOf(ip) - prefix));
  return { first: (ip.value / size) * size, size };
}

export function contains(cidr: CIDR, ip: IP): boolean {
  const { first, size } = rangeOf(cidr);
  return cidr.ip.family === ip.family && ip.value >= first && ip.value < first + size;
}

/** The canonical text (RFC 5952). */
export function ipText(ip: { readonly family: 4 | 6; readonly value: bigint }): string {
  if (ip.family === 4) return [24n, 16n, 8n, 0n].map((shift) => ((ip.value >> shift) & 255n).toString()).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((ip.value >> BigInt(112 - i * 16)) & 0xffffn).toString(16));
  const run = longestZeros(groups);
  if (run.length < 2) return groups.join(':');
  return `${groups.slice(0, run.start).join(':')}::${groups.slice(run.start + run.length).join(':')}`;
}

function longestZeros(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let i = 0; i < groups.length; i++) {
    let n = 0;
    while (groups[i + n] === '0') n++;
    if (n > best.length) best = { start: i, length: n };
    i += n;
  }
  return best;
}

export const cidrText = (cidr: CIDR): string => `${ipText({ family: cidr.ip.family, value: rangeOf(cidr).first })}/${cidr.prefix}`;

const inV4 = (ip: IP, cidr: string): boolean => {
  const range = parseCIDR(cidr);
  return range !== undefined && contains(range, ip);
};
export const isLoopback = (ip: IP): boolean => inV4(ip, ip.family === 4 ? '127.0.0.0/8' : '::1/128');
export const isUnspecified = (ip: IP): boolean => ip.value === 0n;
export const isMulticast = (ip: IP): boolean => inV4(ip, ip.family === 4 ? '224.0.0.0/4' : 'ff00::/8');
export const isLinkLocalUnicast = (ip: IP): boolean => inV4(ip, ip.family === 4 ? '169.254.0.0/16' : 'fe80::/10');
export const isLinkLocalMulticast = (ip: IP): boolean => inV4(ip, ip.family === 4 ? '224.0.0.0/24' : 'ff02::/16');
const isBroadcast = (ip: IP): boolean => ip.family === 4 && ip.value === 0xffffffffn;

/** Go's IsGlobalUnicast: what a proxy may be led to. */
export function isProxyableIP(text: string): boolean {
  const ip = parseIP(text);
  return ip !== undefined && !isLoopback(ip) && !isUnspecified(ip) && !isMulticast(ip) && !isLinkLocalUnicast(ip) && !isBroadcast(ip);
}

/** 'IPv4' or 'IPv6', as services name families; 'unknown' for what is no address. */
export function familyOf(text: string): 'IPv4' | 'IPv6' | 'unknown' {
  const ip = parseIP(text);
  return ip === undefined ? 'unknown' : ip.family === 4 ? 'IPv4' : 'IPv6';
}
