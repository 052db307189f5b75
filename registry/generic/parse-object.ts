/** Parses what the engine itself has encoded. */
import type { Obj } from '../../apimachinery/meta.ts';
import { decodeJson } from '../../apimachinery/serializer/json.ts';

export function parseObject(bytes: Uint8Array): Obj {
  return decodeJson(bytes).value as Obj;
}
