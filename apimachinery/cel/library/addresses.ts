/** IP addresses and networks. Behaves like upstream apiserver/pkg/cel/library/ip.go and cidr.go. */
import { formatIP, isIPv4Mapped } from '../../validation/ip-text.ts';
import { goQuote } from '../../go-text.ts';
import { Failure, NO_OVERLOAD, Opaque, type Result, type Value } from '../values.ts';
import { of, ofText, type Library } from './function.ts';
import { parseAddress, parsePrefix, type Prefix } from './netip.ts';

export class IPValue extends Opaque {
  readonly typeName = 'net.IP';
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    super();
    this.bytes = bytes;
  }
  override equals(other: Opaque): boolean {
    return other instanceof IPValue && sameBytes(this.bytes, other.bytes);
  }
  override get size(): number {
    return this.bytes.length;
  }
  override toString(): string {
    return formatIP(this.bytes);
  }
}

export class CIDRValue extends Opaque {
  readonly typeName = 'net.CIDR';
  readonly prefix: Prefix;
  constructor(prefix: Prefix) {
    super();
    this.prefix = prefix;
  }
  override equals(other: Opaque): boolean {
    return other instanceof CIDRValue && this.prefix.bits === other.prefix.bits && sameBytes(this.prefix.bytes, other.prefix.bytes);
  }
  override get size(): number {
    return Math.ceil(this.prefix.bits / 8);
  }
  override toString(): string {
    return `${formatIP(this.prefix.bytes)}/${this.prefix.bits}`;
  }
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** With the bits beyond the prefix cleared. */
const masked = (bytes: Uint8Array, bits: number): Uint8Array => bytes.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * i))));
const contains = ({ bytes, bits }: Prefix, address: Uint8Array): boolean => bytes.length === address.length && sameBytes(masked(bytes, bits), masked(address, bits));

function ip(text: string): IPValue | Failure {
  const address = parseAddress(text);
  if ('problem' in address) return new Failure(`IP Address ${goQuote(text)} parse error during conversion from string: ${address.problem}`);
  if (address.zone !== '') return new Failure(`IP address ${goQuote(text)} with zone value is not allowed`);
  if (isIPv4Mapped(address.bytes)) return new Failure(`IPv4-mapped IPv6 address ${goQuote(text)} is not allowed`);
  return new IPValue(address.bytes);
}

function cidr(text: string): CIDRValue | Failure {
  const prefix = parsePrefix(text);
  const refuse = (why: string): Failure => new Failure(`network address parse error during conversion from string: ${why}`);
  if ('problem' in prefix) return refuse(`network address parse error during conversion from string: ${prefix.problem}`);
  return isIPv4Mapped(prefix.bytes) ? refuse(`IPv4-mapped IPv6 address ${goQuote(text)} is not allowed`) : new CIDRValue(prefix);
}

function containsIP(network: CIDRValue, other: Value | undefined): Result | undefined {
  const address = typeof other === 'string' ? ip(other) : other;
  return address instanceof IPValue ? contains(network.prefix, address.bytes) : NO_OVERLOAD;
}

function containsCIDR(network: CIDRValue, other: Value | undefined): Result | undefined {
  const inner = typeof other === 'string' ? cidr(other) : other;
  if (inner instanceof Failure) return inner;
  if (!(inner instanceof CIDRValue)) return undefined;
  return network.prefix.bits <= inner.prefix.bits && contains(network.prefix, inner.prefix.bytes);
}

const isV4 = (bytes: Uint8Array): boolean => bytes.length === 4;
const isUnspecified = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);
const isLoopback = (bytes: Uint8Array): boolean => (isV4(bytes) ? bytes[0] === 127 : bytes.every((byte, i) => byte === (i === 15 ? 1 : 0)));
const isMulticast = ([first = 0, ...rest]: Uint8Array): boolean => (rest.length === 3 ? (first & 0xf0) === 0xe0 : first === 0xff);
const isLinkLocalMulticast = (bytes: Uint8Array): boolean => (isV4(bytes) ? bytes[0] === 224 && bytes[1] === 0 && bytes[2] === 0 : bytes[0] === 0xff && ((bytes[1] ?? 0) & 0x0f) === 2);
const isLinkLocalUnicast = (bytes: Uint8Array): boolean => (isV4(bytes) ? bytes[0] === 169 && bytes[1] === 254 : bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80);
const isBroadcast = (bytes: Uint8Array): boolean => isV4(bytes) && bytes.every((byte) => byte === 255);
const isGlobalUnicast = (bytes: Uint8Array): boolean => !isUnspecified(bytes) && !isBroadcast(bytes) && !isLoopback(bytes) && !isMulticast(bytes) && !isLinkLocalUnicast(bytes);

const ofIP = (test: (bytes: Uint8Array) => Result): Library[string] => of(IPValue, ({ bytes }) => test(bytes));

export const ADDRESSES: Library = {
  ip: ([v]) => (typeof v === 'string' ? ip(v) : v instanceof CIDRValue ? new IPValue(v.prefix.bytes) : undefined),
  isIP: ofText((text) => ip(text) instanceof IPValue),
  'ip.isCanonical': ofText((text) => {
    const address = ip(text);
    return address instanceof IPValue ? address.toString() === text : address;
  }),
  family: ofIP((bytes) => (isV4(bytes) ? 4n : 6n)),
  isUnspecified: ofIP(isUnspecified),
  isLoopback: ofIP(isLoopback),
  isLinkLocalMulticast: ofIP(isLinkLocalMulticast),
  isLinkLocalUnicast: ofIP(isLinkLocalUnicast),
  isGlobalUnicast: ofIP(isGlobalUnicast),
  string: ([v]) => (v instanceof IPValue || v instanceof CIDRValue ? v.toString() : undefined),
  cidr: ofText(cidr),
  isCIDR: ofText((text) => cidr(text) instanceof CIDRValue),
  containsIP: of(CIDRValue, containsIP),
  containsCIDR: of(CIDRValue, containsCIDR),
  prefixLength: of(CIDRValue, ({ prefix }) => BigInt(prefix.bits)),
  masked: of(CIDRValue, ({ prefix: { bytes, bits } }) => new CIDRValue({ bytes: masked(bytes, bits), bits })),
};
