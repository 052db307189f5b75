/** What can be wrong with a strategic merge patch. Behaves like upstream apimachinery/pkg/util/mergepatch/errors.go and interpretStrategicMergePatchError of the API server. */
import { newBadRequest, StatusError } from '../errors.ts';

/** Upstream does not interpret these: status 500 without a reason. */
export const failed = (message: string): StatusError => new StatusError(500, '', message);
/** The reason is not told. */
export const unprocessable = (why: string): StatusError =>
  new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {}, new Error(why));

export const badPrimitiveList = (): StatusError => newBadRequest('invalid patch format of primitive list');
export const badRetainKeys = (): StatusError => newBadRequest('invalid patch format of retainKeys');
export const badElementOrder = (): StatusError => newBadRequest('invalid patch format of setElementOrder list');
export const unsupportedFormat = (): StatusError => newBadRequest('strategic merge patch format is not supported');
export const listOfLists = (): StatusError => unprocessable('lists of lists are not supported');
export const noMergeKey = (item: unknown, mergeKey: string): StatusError =>
  failed(`map: ${goText(item)} does not contain declared merge key: ${mergeKey}`);
export const badArgument = (expected: 'map' | 'list', actual: unknown): StatusError =>
  failed(
    `expected a ${expected === 'map' ? 'map[string]interface {}' : '[]interface {}'}, but received a ${goType(actual) ?? '%!s(<nil>)'}`,
  );
export const badDirective = (directive: unknown, map: unknown): StatusError =>
  failed(`unknown patch type: ${asText(directive)} in map: ${goText(map)}`);

/** reflect.TypeOf; undefined for null. */
export function goType(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return '[]interface {}';
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int64';
    case 'number':
      return Number.isInteger(value) ? 'int64' : 'float64';
    default:
      return 'map[string]interface {}';
  }
}

/** %v. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (typeof value !== 'object') return String(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${members.map(([name, member]) => `${name}:${goText(member)}`).join(' ')}]`;
}

/** %s. */
function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '%!s(<nil>)';
  if (Array.isArray(value)) return `[${value.map(asText).join(' ')}]`;
  if (typeof value === 'object')
    return `map[${Object.entries(value)
      .map(([name, member]) => `${name}:${asText(member)}`)
      .join(' ')}]`;
  return `%!s(${goType(value) ?? ''}=${String(value)})`;
}
