/** Metadata of objects that have no Go struct: typed on its own. Beside ./custom.ts and ./embedded.ts. Behaves like upstream apiextensions-apiserver pkg/apiserver/schema/objectmeta/coerce.go (GetObjectMetaWithOptions). */
import type { JsonNotes } from '../serializer/json.ts';
import { builtinStruct } from './builtin.ts';
import { sortedCopy } from './copy.ts';
import { inspect } from './exact.ts';
import type { Struct } from './model.ts';
import { readValue, Unsure, type Manner } from './reader.ts';

const TAKING: Manner = { copiesFree: false, keeps: false, forgetsEmptied: false };

export const objectMeta = (): Struct => builtinStruct('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');

export interface TypedMeta {
  readonly meta: object;
  /** Paths within it. */
  readonly unknown: readonly string[];
}

const NONE: readonly string[] = [];

/** `notes`: the parser's, if the value is as it was parsed. A text: why it is no metadata. */
export function typedMeta(value: unknown, notes: JsonNotes | undefined): TypedMeta | string {
  const quick = quickMeta(value);
  if (quick !== undefined) return { meta: quick, unknown: NONE };
  const found = inspect(objectMeta(), value, notes);
  if (found.error !== undefined) return found.error;
  const unknown = found.strict.flatMap((problem) => /^unknown field "(.*)"$/.exec(problem)?.[1] ?? []);
  return { meta: quickMeta(found.value) ?? {}, unknown };
}

function quickMeta(value: unknown): object | undefined {
  try {
    return sortedCopy(readValue(objectMeta(), value, TAKING)) as object | undefined;
  } catch (error) {
    if (error instanceof Unsure) return undefined;
    throw error;
  }
}
