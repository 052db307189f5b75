/** Names of environment variables, keys, headers, ports; numbers in a range. Behaves like upstream apimachinery/pkg/util/validation. */
import { DNS1123_SUBDOMAIN_MAX_LENGTH } from './dns.ts';
import { NOTHING } from './field.ts';
import { byteLength, emptyError, hasChDirPrefix, inclusiveRangeError, maxLenError, regexError, wholly } from './messages.ts';

function matching(format: string, message: string, ...examples: string[]): (value: string) => readonly string[] {
  const regexp = wholly(format);
  return (value) => (regexp.test(value) ? NOTHING : [regexError(message, format, ...examples)]);
}

export const isCIdentifier = matching(
  '[A-Za-z_][A-Za-z0-9_]*',
  "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
  'my_name',
  'MY_NAME',
  'MyName',
);
export const isValidPercent = matching('[0-9]+%', "a valid percent string must be a numeric string followed by an ending '%'", '1%', '93%');
export const isHTTPHeaderName = matching(
  '[-A-Za-z0-9]+',
  "a valid HTTP header must consist of alphanumeric characters or '-'",
  'X-Header-Name',
);

const envVarFormat = matching(
  '[-._a-zA-Z][-._a-zA-Z0-9]*',
  "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
  'my.env-name',
  'MY_ENV.NAME',
  'MyEnvName1',
);
export const isEnvVarName = (value: string): readonly string[] => [...envVarFormat(value), ...hasChDirPrefix(value)];

/** Printable ASCII but `=`. */
export function isRelaxedEnvVarName(value: string): readonly string[] {
  if (value === '') return [`environment variable name ${emptyError()}`];
  return /^[\x20-\x3c\x3e-\x7e]*$/.test(value)
    ? NOTHING
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

const configMapKeyFormat = matching(
  '[-._a-zA-Z0-9]+',
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  'key.name',
  'KEY_NAME',
  'key-name',
);
/** Of a ConfigMap or a Secret. */
export function isConfigMapKey(value: string): readonly string[] {
  const length = byteLength(value) > DNS1123_SUBDOMAIN_MAX_LENGTH ? [maxLenError(DNS1123_SUBDOMAIN_MAX_LENGTH)] : NOTHING;
  return [...length, ...configMapKeyFormat(value), ...hasChDirPrefix(value)];
}

export const isInRange = (value: number, min: number, max: number): readonly string[] =>
  value >= min && value <= max ? NOTHING : [inclusiveRangeError(min, max)];
export const isValidPortNum = (port: number): readonly string[] => isInRange(port, 1, 65535);
const MAX_ID = 2 ** 31 - 1;
export const isValidGroupID = (id: number | bigint): readonly string[] => isInRange(Number(id), 0, MAX_ID);
export const isValidUserID = (id: number | bigint): readonly string[] => isInRange(Number(id), 0, MAX_ID);

/** IANA service names: at most 15 of a-z, 0-9 and single hyphens, one letter at least. */
export function isValidPortName(port: string): readonly string[] {
  if (port.length <= 15 && /^[a-z]+$/.test(port)) return NOTHING;
  const errors: string[] = [];
  if (byteLength(port) > 15) errors.push(maxLenError(15));
  if (!/^[-a-z0-9]+$/.test(port)) errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(port)) errors.push('must contain at least one letter (a-z)');
  if (port.includes('--')) errors.push('must not contain consecutive hyphens');
  if (port.startsWith('-') || port.endsWith('-')) errors.push('must not begin or end with a hyphen');
  return errors;
}

/** `-12`: no plus, no leading zero. */
export function isDecimalInteger(value: string): readonly string[] {
  if (value === '') return [emptyError()];
  return /^(0|-?[1-9][0-9]*)$/.test(value) ? NOTHING : ['must be a valid decimal integer in canonical form'];
}
