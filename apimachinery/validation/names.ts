/** Rules for the names of objects, which a resource's strategy picks from. Behaves like upstream apimachinery/pkg/api/validation/generic.go. */
import { isDNS1035Label, isDNS1123Label, isDNS1123Subdomain } from './dns.ts';
import { invalid, NOTHING, type FieldError, type Path } from './field.ts';

/** Says what is wrong with a name. `isPrefix`: the name is a generateName, to which letters will be added. */
export type ValidateName = (name: string, isPrefix: boolean) => readonly string[];

export const nameIsDNSSubdomain: ValidateName = (name, isPrefix) => isDNS1123Subdomain(isPrefix ? maskTrailingDash(name) : name);
export const nameIsDNSLabel: ValidateName = (name, isPrefix) => isDNS1123Label(isPrefix ? maskTrailingDash(name) : name);
export const nameIsDNS1035Label: ValidateName = (name, isPrefix) => isDNS1035Label(isPrefix ? maskTrailingDash(name) : name);
export const validateNamespaceName: ValidateName = nameIsDNSLabel;
export const validateServiceAccountName: ValidateName = nameIsDNSSubdomain;

/** A dash at the end stands where letters will follow; upstream replaces its last two characters. */
function maskTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;
}

/** A name that is one segment of a URL path, whatever else it may be. */
export const pathSegmentName: ValidateName = (name, isPrefix) => (isPrefix ? isValidPathSegmentPrefix(name) : isValidPathSegmentName(name));

export function isValidPathSegmentName(name: string): readonly string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return isValidPathSegmentPrefix(name);
}

const ILLEGAL = ['/', '%'];

export function isValidPathSegmentPrefix(name: string): readonly string[] {
  if (!name.includes('/') && !name.includes('%')) return NOTHING;
  return ILLEGAL.filter((illegal) => name.includes(illegal)).map((illegal) => `may not contain '${illegal}'`);
}

export function validateNonnegativeField(value: number | bigint | undefined, path: Path, errors: FieldError[] = []): FieldError[] {
  if (value !== undefined && value < 0) errors.push(invalid(path, value, 'must be greater than or equal to 0'));
  return errors;
}
