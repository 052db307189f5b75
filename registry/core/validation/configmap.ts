/** ConfigMaps. Behaves like upstream pkg/apis/core/validation/validation.go (ValidateConfigMap). */
import type { ConfigMap } from '../../../apimachinery/types/core.gen.ts';
import { forbidden, invalid, Path, tooLong, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { semanticEqual } from '../equality.ts';
import { byteLength, each, isConfigMapKey } from './format.ts';
import type { RequestContext } from '../../generic/context.ts';
import type { MetadataErrors } from '../../generic/definition.ts';

export const MAX_DATA_SIZE = 1024 * 1024;

const DATA = Path.of('data');
/** How upstream prints the path of the whole object. */
export const WHOLE = Path.of('[]');
const BINARY = Path.of('binaryData');

export const decodedLength = (base64: string): number => Buffer.byteLength(base64, 'base64');
export const total = (sizes: readonly number[]): number => sizes.reduce((sum, n) => sum + n, 0);

export function validateConfigMap({ data = {}, binaryData = {} }: ConfigMap): ErrorList {
  const size = total(Object.values(data).map(byteLength)) + total(Object.values(binaryData).map(decodedLength));
  return [
    ...Object.keys(data).flatMap((key) => [
      ...each(DATA.key(key), key, isConfigMapKey(key)),
      ...(Object.hasOwn(binaryData, key) ? [invalid(DATA.key(key), key, 'duplicate of key present in binaryData')] : []),
    ]),
    ...Object.keys(binaryData).flatMap((key) => each(BINARY.key(key), key, isConfigMapKey(key))),
    ...(size > MAX_DATA_SIZE ? [tooLong(WHOLE, MAX_DATA_SIZE)] : []),
  ];
}

interface Sealable {
  readonly immutable?: boolean;
}

/** What is once immutable stays so, with its data. */
export function sealed<T extends Sealable>(obj: T, old: T, fields: readonly (keyof T & string)[]): FieldError[] {
  if (!old.immutable) return [];
  const error = (field: string): FieldError => forbidden(Path.of(field), 'field is immutable when `immutable` is set');
  return [...(obj.immutable ? [] : [error('immutable')]), ...fields.filter((f) => !semanticEqual(obj[f] ?? {}, old[f] ?? {})).map(error)];
}

export const validateConfigMapUpdate = (cm: ConfigMap, old: ConfigMap, _ctx: RequestContext, metadata: MetadataErrors): ErrorList => [
  ...metadata.change(),
  ...sealed(cm, old, ['data', 'binaryData']),
  ...metadata.whole(),
  ...validateConfigMap(cm),
];
