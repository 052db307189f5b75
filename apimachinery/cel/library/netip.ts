/** Addresses and prefixes as text, with what is wrong with one. Behaves like Go's net/netip (ParseAddr, ParsePrefix). */
import { goQuote } from '../../go-text.ts';

export interface Address {
  readonly bytes: Uint8Array;
  readonly zone: string;
}
export interface Prefix {
  readonly bytes: Uint8Array;
  readonly bits: number;
}
export interface Problem {
  readonly problem: string;
}

/** Ends the reading of an address. */
class AddressProblem extends Error {
  constructor(message: string, at = '') {
    super(at === '' ? message : `${message} (at ${goQuote(at)})`);
  }
}

export function parseAddress(text: string): Address | Problem {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof AddressProblem) return { problem: `ParseAddr(${goQuote(text)}): ${error.message}` };
    throw error;
  }
}

function read(text: string): Address {
  switch (/[.:%]/.exec(text)?.[0]) {
    case '.':
      return { bytes: Uint8Array.from(octets(text)), zone: '' };
    case ':':
      return readIPv6(text);
    case '%':
      throw new AddressProblem('missing IPv6 address');
    default:
      throw new AddressProblem('unable to parse IP');
  }
}

function octets(text: string): readonly number[] {
  const fields: number[] = [];
  let digits = '';
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char >= '0' && char <= '9') digits = digit(digits, char);
    else if (char !== '.') throw new AddressProblem('unexpected character', text.slice(i));
    else {
      if (digits === '' || i === text.length - 1) throw new AddressProblem('IPv4 field must have at least one digit', text.slice(i));
      if (fields.length === 3) throw new AddressProblem('IPv4 address too long');
      fields.push(Number(digits));
      digits = '';
    }
  }
  if (fields.length < 3) throw new AddressProblem('IPv4 address too short');
  return [...fields, Number(digits)];
}

function digit(before: string, char: string): string {
  if (before === '0') throw new AddressProblem('IPv4 field has octet with leading zero');
  if (Number(before + char) > 255) throw new AddressProblem('IPv4 field has value >255');
  return before + char;
}

function readIPv6(text: string): Address {
  const percent = text.indexOf('%');
  const zone = percent < 0 ? '' : text.slice(percent + 1);
  if (percent >= 0 && zone === '') throw new AddressProblem('zone must be a non-empty string');
  const { bytes, ellipsis, rest } = groups(percent < 0 ? text : text.slice(0, percent));
  if (rest !== '') throw new AddressProblem('trailing garbage after address', rest);
  if (bytes.length === 16 && ellipsis >= 0) throw new AddressProblem('the :: must expand to at least one field of zeros');
  if (bytes.length < 16 && ellipsis < 0) throw new AddressProblem('address string too short');
  const zeros = Array.from({ length: 16 - bytes.length }, () => 0);
  const at = ellipsis < 0 ? 16 : ellipsis;
  return { bytes: Uint8Array.from([...bytes.slice(0, at), ...zeros, ...bytes.slice(at)]), zone };
}

interface Groups {
  readonly bytes: readonly number[];
  /** Where `::` stands, in bytes. */
  readonly ellipsis: number;
  readonly rest: string;
}

function groups(text: string): Groups {
  const bytes: number[] = [];
  let rest = text.startsWith('::') ? text.slice(2) : text;
  let ellipsis = text.startsWith('::') ? 0 : -1;
  if (rest === '' && ellipsis === 0) return { bytes, ellipsis, rest };
  while (bytes.length < 16) {
    const hex = hexDigits(rest);
    if (rest.charAt(hex.length) === '.') {
      checkEmbedded(bytes.length, ellipsis, rest);
      bytes.push(...octets(rest));
      return { bytes, ellipsis, rest: '' };
    }
    bytes.push(Number.parseInt(hex, 16) >> 8, Number.parseInt(hex, 16) & 0xff);
    const after = rest.slice(hex.length);
    if (after === '') return { bytes, ellipsis, rest: '' };
    rest = beyondColon(after);
    if (!rest.startsWith(':')) continue;
    if (ellipsis >= 0) throw new AddressProblem('multiple :: in address', rest);
    ellipsis = bytes.length;
    rest = rest.slice(1);
    if (rest === '') return { bytes, ellipsis, rest };
  }
  return { bytes, ellipsis, rest };
}

function hexDigits(text: string): string {
  const hex = /^[0-9a-fA-F]*/.exec(text)?.[0] ?? '';
  if (hex.length > 4) throw new AddressProblem('each group must have 4 or less digits', text);
  if (hex === '') throw new AddressProblem('each colon-separated field must have at least one digit', text);
  return hex;
}

function checkEmbedded(written: number, ellipsis: number, rest: string): void {
  if (ellipsis < 0 && written !== 12) throw new AddressProblem('embedded IPv4 address must replace the final 2 fields of the address', rest);
  if (written + 4 > 16) throw new AddressProblem('too many hex fields to fit an embedded IPv4 at the end of the address', rest);
}

function beyondColon(text: string): string {
  if (!text.startsWith(':')) throw new AddressProblem('unexpected character, want colon', text);
  if (text.length === 1) throw new AddressProblem('colon must be followed by more characters', text);
  return text.slice(1);
}

export function parsePrefix(text: string): Prefix | Problem {
  const refuse = (why: string): Problem => ({ problem: `netip.ParsePrefix(${goQuote(text)}): ${why}` });
  const slash = text.lastIndexOf('/');
  if (slash < 0) return refuse("no '/'");
  const address = parseAddress(text.slice(0, slash));
  if ('problem' in address) return refuse(address.problem);
  if (address.zone !== '') return refuse('IPv6 zones cannot be present in a prefix');
  const length = text.slice(slash + 1);
  if (!/^(?:[0-9]|[1-9][0-9]+)$/.test(length)) return refuse(`bad bits after slash: ${goQuote(length)}`);
  return Number(length) > address.bytes.length * 8 ? refuse('prefix length out of range') : { bytes: address.bytes, bits: Number(length) };
}
