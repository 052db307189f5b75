/** Label keys and values, and other names with a domain before a slash. Behaves like upstream apimachinery/pkg/api/validate/content and pkg/util/validation. */
import { isDNS1123Subdomain, SUBDOMAIN } from './dns.ts';
import { NOTHING, invalid, required, type ErrorList, type Path } from './field.ts';
import { byteLength, emptyError, maxBytesError, regexError, wholly } from './messages.ts';

export const LABEL_VALUE_MAX_LENGTH = 63;
const KEY_MAX_LENGTH = 63;
const KEY = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const KEY_REGEXP = wholly(KEY);
const QUALIFIED_REGEXP = wholly(`(${SUBDOMAIN}/)?${KEY}`);
const KEY_MESSAGE = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const VALUE = `(${KEY})?`;
const VALUE_REGEXP = wholly(VALUE);
const VALUE_MESSAGE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

const keyError = (): string => regexError(KEY_MESSAGE, KEY, 'MyName', 'my.name', '123-abc');

/** `name` or `domain/name`. */
export function isQualifiedName(value: string): readonly string[] {
  if (value.length <= KEY_MAX_LENGTH && QUALIFIED_REGEXP.test(value)) return NOTHING;
  const parts = value.split('/');
  if (parts.length > 2)
    return [`a valid label key ${keyError()} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const errors = parts.length === 2 ? prefixErrors(parts[0] ?? '') : [];
  const name = parts.at(-1) ?? '';
  if (name === '') errors.push(`name part ${emptyError()}`);
  else if (byteLength(name) > KEY_MAX_LENGTH) errors.push(`name part ${maxBytesError(KEY_MAX_LENGTH)}`);
  if (!KEY_REGEXP.test(name)) errors.push(`name part ${keyError()}`);
  return errors;
}

function prefixErrors(prefix: string): string[] {
  if (prefix === '') return [`prefix part ${emptyError()}`];
  const tooLong = byteLength(prefix) > 253;
  return isDNS1123Subdomain(prefix).map((message, i) => `prefix part ${tooLong && i === 0 ? maxBytesError(253) : message}`);
}

export const isLabelKey: (value: string) => readonly string[] = isQualifiedName;

export function isValidLabelValue(value: string): readonly string[] {
  if (value.length <= LABEL_VALUE_MAX_LENGTH && VALUE_REGEXP.test(value)) return NOTHING;
  const errors = byteLength(value) > LABEL_VALUE_MAX_LENGTH ? [maxBytesError(LABEL_VALUE_MAX_LENGTH)] : [];
  if (!VALUE_REGEXP.test(value)) errors.push(regexError(VALUE_MESSAGE, VALUE, 'MyValue', 'my_value', '12345'));
  return errors;
}

const HTTP_PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const HTTP_PATH_REGEXP = new RegExp(`^${HTTP_PATH}$`);

/** `acme.io/foo`: a domain and an HTTP path. */
export function isDomainPrefixedPath(path: Path, value: string): ErrorList {
  if (value === '') return [required(path)];
  const slash = value.indexOf('/');
  if (slash <= 0 || slash === value.length - 1) return [invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  const host = value.slice(0, slash);
  const tail = value.slice(slash + 1);
  const errors = isDNS1123Subdomain(host).map((message) => invalid(path, host, message));
  if (!HTTP_PATH_REGEXP.test(tail)) errors.push(invalid(path, tail, regexError('Invalid path', HTTP_PATH)));
  return errors;
}

/** A qualified name that must have its domain. */
export function isDomainPrefixedKey(path: Path, key: string): ErrorList {
  if (key === '') return [required(path)];
  const errors = isQualifiedName(key).map((message) => invalid(path, key, message));
  if (errors.length > 0) return errors;
  return key.split('/').length === 2 ? [] : [invalid(path, key, 'must be a domain-prefixed key (such as "acme.io/foo")')];
}
