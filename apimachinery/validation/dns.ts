/** DNS names. Each check returns what is wrong, nothing when all is well. Behaves like upstream apimachinery/pkg/util/validation. */
import { NOTHING, invalid, required, type ErrorList, type Path } from './field.ts';
import { byteLength, maxLenError, regexError, wholly } from './messages.ts';

export const DNS1123_LABEL_MAX_LENGTH = 63;
export const DNS1123_SUBDOMAIN_MAX_LENGTH = 253;
export const DNS1035_LABEL_MAX_LENGTH = 63;

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const LABEL_REGEXP = wholly(LABEL);
const LABEL_MESSAGE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";

/** Its format, as messages show it. */
export const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const SUBDOMAIN_REGEXP = wholly(SUBDOMAIN);
const SUBDOMAIN_CASELESS_REGEXP = wholly(SUBDOMAIN, 'i');
const SUBDOMAIN_MESSAGE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const SUBDOMAIN_CASELESS_MESSAGE =
  "an RFC 1123 subdomain must consist of alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";

const UNDERSCORED_LABEL = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const UNDERSCORED = `${UNDERSCORED_LABEL}(\\.${UNDERSCORED_LABEL})*`;
const UNDERSCORED_REGEXP = wholly(UNDERSCORED);
const UNDERSCORED_MESSAGE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character";

const DNS1035_LABEL = '[a-z]([-a-z0-9]*[a-z0-9])?';
const DNS1035_REGEXP = wholly(DNS1035_LABEL);
const DNS1035_MESSAGE =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";

const WILDCARD = `\\*\\.${SUBDOMAIN}`;
const WILDCARD_REGEXP = wholly(WILDCARD);
const WILDCARD_MESSAGE =
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";

/** What is wrong with the length and the form; a text in the right form is all ASCII. */
function formErrors(value: string, max: number, form: RegExp, message: (value: string) => string): readonly string[] {
  const hasForm = form.test(value);
  if (hasForm && value.length <= max) return NOTHING;
  const errors = byteLength(value) > max ? [maxLenError(max)] : [];
  if (!hasForm) errors.push(message(value));
  return errors;
}

const labelMistake = (value: string): string =>
  SUBDOMAIN_REGEXP.test(value) ? 'must not contain dots' : regexError(LABEL_MESSAGE, LABEL, 'my-name', '123-abc');
const subdomainMistake = (): string => regexError(SUBDOMAIN_MESSAGE, SUBDOMAIN, 'example.com');
const caselessMistake = (): string => regexError(SUBDOMAIN_CASELESS_MESSAGE, SUBDOMAIN, 'Example.com');
const underscoredMistake = (): string => regexError(UNDERSCORED_MESSAGE, UNDERSCORED, 'example.com');
const dns1035Mistake = (): string => regexError(DNS1035_MESSAGE, DNS1035_LABEL, 'my-name', 'abc-123');
const wildcardMistake = (): string => regexError(WILDCARD_MESSAGE, WILDCARD, '*.example.com');

export const isDNS1123Label = (value: string): readonly string[] => formErrors(value, DNS1123_LABEL_MAX_LENGTH, LABEL_REGEXP, labelMistake);
export const isDNS1123Subdomain = (value: string): readonly string[] => formErrors(value, DNS1123_SUBDOMAIN_MAX_LENGTH, SUBDOMAIN_REGEXP, subdomainMistake);
export const isDNS1123SubdomainCaseless = (value: string): readonly string[] =>
  formErrors(value, DNS1123_SUBDOMAIN_MAX_LENGTH, SUBDOMAIN_CASELESS_REGEXP, caselessMistake);
export const isDNS1123SubdomainWithUnderscore = (value: string): readonly string[] =>
  formErrors(value, DNS1123_SUBDOMAIN_MAX_LENGTH, UNDERSCORED_REGEXP, underscoredMistake);
export const isDNS1035Label = (value: string): readonly string[] => formErrors(value, DNS1035_LABEL_MAX_LENGTH, DNS1035_REGEXP, dns1035Mistake);
export const isWildcardDNS1123Subdomain = (value: string): readonly string[] =>
  formErrors(value, DNS1123_SUBDOMAIN_MAX_LENGTH, WILDCARD_REGEXP, wildcardMistake);

/** At least three segments (`a.b.c`). */
export function isFullyQualifiedName(path: Path, name: string): ErrorList {
  if (name === '') return [required(path)];
  const errors = isDNS1123Subdomain(name);
  if (errors.length > 0) return [invalid(path, name, errors.join(','))];
  return name.split('.').length < 3 ? [invalid(path, name, 'should be a domain with at least three segments separated by dots')] : [];
}

/** At least two segments, each a label; a final dot is allowed. */
export function isFullyQualifiedDomainName(path: Path, text: string): ErrorList {
  if (text === '') return [required(path)];
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  const errors = isDNS1123Subdomain(name);
  if (errors.length > 0) return [invalid(path, name, errors.join(','))];
  const labels = name.split('.');
  if (labels.length < 2) return [invalid(path, name, 'should be a domain with at least two segments separated by dots')];
  const bad = labels.find((label) => isDNS1123Label(label).length > 0);
  return bad === undefined ? [] : [invalid(path, bad, isDNS1123Label(bad).join(','))];
}
