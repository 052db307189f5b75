/** Parses what the engine itself has encoded. */
import type { Obj } from '../../apimachinery/meta.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

export function parseObject(bytes: Uint8Array): Obj {
  return JSON.parse(decoder.decode(bytes)) as Obj;
}
