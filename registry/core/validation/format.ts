/** The text rules of apimachinery/validation, as this folder uses them. */
import { invalid, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { isInRange } from '../../../apimachinery/validation/identifiers.ts';
import * as names from '../../../apimachinery/validation/names.ts';

export {
  isDNS1035Label,
  isDNS1123Label,
  isDNS1123Subdomain,
  isDNS1123SubdomainWithUnderscore,
  isWildcardDNS1123Subdomain,
} from '../../../apimachinery/validation/dns.ts';
export {
  isCIdentifier,
  isConfigMapKey,
  isHTTPHeaderName,
  isRelaxedEnvVarName,
  isValidPercent,
  isValidPortName,
  isValidPortNum,
} from '../../../apimachinery/validation/identifiers.ts';
export { isQualifiedName, isValidLabelValue } from '../../../apimachinery/validation/label.ts';
export { byteLength, inclusiveRangeError as inclusiveRange, regexError } from '../../../apimachinery/validation/messages.ts';

/** User and group IDs. */
export const isValidID = (id: number): readonly string[] => isInRange(id, 0, 2147483647);

export const nameIsDNSSubdomain = (name: string, isPrefix = false): readonly string[] => names.nameIsDNSSubdomain(name, isPrefix);
export const nameIsDNSLabel = (name: string, isPrefix = false): readonly string[] => names.nameIsDNSLabel(name, isPrefix);
export const nameIsDNS1035Label = (name: string, isPrefix = false): readonly string[] => names.nameIsDNS1035Label(name, isPrefix);

/** One field error for each message; added to `errors`, which it returns. */
export function each(path: Path, value: unknown, messages: readonly string[], errors: FieldError[] = []): FieldError[] {
  for (const message of messages) errors.push(invalid(path, value, message));
  return errors;
}
