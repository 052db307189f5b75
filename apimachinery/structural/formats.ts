/** Formats that texts of custom resources may be of. Behaves like upstream kube-openapi/pkg/validation/strfmt and its govalidator. */
import { parseURL } from '../cel/library/net-url.ts';
import { isBase64, isDate, isDateTime, isUUID } from '../cel/library/text-formats.ts';
import { parseLooseDuration } from '../cel/schema-texts.ts';
import { parseCIDRSloppy, parseIPSloppy } from '../validation/ip-text.ts';

const CREDIT_CARD = /^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})$/;
const COLOR_PART = '\\s*(?:0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*';
const RGB = new RegExp(`^rgb\\(${COLOR_PART},${COLOR_PART},${COLOR_PART}\\)$`);
const HOSTNAME = /^(?:[a-zA-Z0-9\p{S}\p{L}](?:(?:-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|(?:[a-zA-Z0-9\p{S}\p{L}](?:(?:[a-zA-Z0-9\-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)\.)+[a-zA-Z\p{L}]{2,63})$/u;
const SHORT_NAME = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\u0080-\\uffff-]+";
const DOTTED = `${ATOM}(?:\\.${ATOM})*`;
const ADDRESS = `(?:${DOTTED}|"(?:[^"\\\\]|\\\\.)*")@(?:${DOTTED}|\\[[^\\]]*\\])`;
const EMAIL = new RegExp(`^\\s*(?:${ADDRESS}|(?:[^<>@"]*|"(?:[^"\\\\]|\\\\.)*"\\s*)<${ADDRESS}>)\\s*$`);
const MAC = /^(?:(?:[0-9a-f]{2}:){5}(?:[0-9a-f]{2}|(?:[0-9a-f]{2}:){2}[0-9a-f]{2}|(?:[0-9a-f]{2}:){14}[0-9a-f]{2})|(?:[0-9a-f]{2}-){5}(?:[0-9a-f]{2}|(?:[0-9a-f]{2}-){2}[0-9a-f]{2}|(?:[0-9a-f]{2}-){14}[0-9a-f]{2})|(?:[0-9a-f]{4}\.){2}(?:[0-9a-f]{4}|[0-9a-f]{4}\.[0-9a-f]{4}|(?:[0-9a-f]{4}\.){7}[0-9a-f]{4}))$/i;

const matching = (pattern: RegExp) => (text: string): boolean => pattern.test(text);
const uuid = (version: string, variant: string): ((text: string) => boolean) => matching(new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?${variant}-?[0-9a-f]{12}$`, 'i'));
const named = (name: string, longest: number): ((text: string) => boolean) => (text) => text.length <= longest && new RegExp(`^${name}$`).test(text);

function isISBN10(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, '');
  if (!/^[0-9]{9}[0-9X]$/.test(digits)) return false;
  const sum = Array.from(digits, (digit, i) => (i + 1) * (digit === 'X' ? 10 : Number(digit))).reduce((a, b) => a + b, 0);
  return sum % 11 === 0;
}

function isISBN13(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, '');
  if (!/^[0-9]{13}$/.test(digits)) return false;
  const sum = Array.from(digits.slice(0, 12), (digit, i) => (i % 2 === 0 ? 1 : 3) * Number(digit)).reduce((a, b) => a + b, 0);
  return Number(digits[12]) === (10 - (sum % 10)) % 10;
}

function isCreditCard(text: string): boolean {
  const digits = text.replace(/[^0-9]+/g, '');
  if (!CREDIT_CARD.test(digits)) return false;
  const sum = Array.from(digits).reverse().map((digit, i) => Number(digit) * (i % 2 === 1 ? 2 : 1)).reduce((a, n) => a + (n >= 10 ? n - 9 : n), 0);
  return sum % 10 === 0;
}

const isHostname = (text: string): boolean => HOSTNAME.test(text) && text.length <= 255 && text.split('.').every((part) => part.length <= 63);

/** By their names without dashes. */
const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  bsonobjectid: matching(/^[0-9a-fA-F]{24}$/),
  uri: (text) => !('problem' in parseURL(text, true)),
  email: matching(EMAIL),
  hostname: isHostname,
  ipv4: (text) => text.includes('.') && parseIPSloppy(text) !== undefined,
  ipv6: (text) => text.includes(':') && parseIPSloppy(text)?.hasLeadingZeros === false,
  cidr: (text) => parseCIDRSloppy(text) !== undefined,
  mac: matching(MAC),
  uuid: isUUID,
  uuid3: uuid('3', '[0-9a-f]{4}'),
  uuid4: uuid('4', '[89ab][0-9a-f]{3}'),
  uuid5: uuid('5', '[89ab][0-9a-f]{3}'),
  isbn: (text) => isISBN10(text) || isISBN13(text),
  isbn10: isISBN10,
  isbn13: isISBN13,
  creditcard: isCreditCard,
  ssn: (text) => text.length === 11 && /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(text),
  hexcolor: matching(/^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/),
  rgbcolor: matching(RGB),
  byte: isBase64,
  password: () => true,
  date: isDate,
  duration: (text) => parseLooseDuration(text) !== undefined,
  datetime: isDateTime,
  k8sshortname: named(SHORT_NAME, 63),
  k8slongname: named(`${SHORT_NAME}(?:\\.${SHORT_NAME})*`, 253),
};

/** The name, as it is written, of a format that is known; undefined: it demands nothing. */
export const formatNamed = (format: string | undefined): string | undefined => (format !== undefined && Object.hasOwn(FORMATS, plainName(format)) ? format : undefined);

const plainName = (format: string): string => format.replaceAll('-', '');

/** Of a format that nobody knows every text is. */
export function isOfFormat(format: string, text: string): boolean {
  const name = plainName(format);
  return !Object.hasOwn(FORMATS, name) || FORMATS[name]?.(text) === true;
}
