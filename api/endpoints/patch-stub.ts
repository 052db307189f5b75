/** Stands in until apimachinery/patch is there. */
import { newUnsupportedMediaType } from '../../apimachinery/errors.ts';
export function decodeJsonPatch(_bytes: Uint8Array, _strict: boolean): { operations: unknown[]; problems: string[] } {
  throw newUnsupportedMediaType('JSON patch is not served yet');
}
export function applyJsonPatch(doc: unknown, _operations: unknown[]): unknown {
  return doc;
}
export function mergePatch(current: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const out: Record<string, unknown> = typeof current === 'object' && current !== null && !Array.isArray(current) ? { ...(current as object) } : {};
  for (const [k, v] of Object.entries(patch)) {
    if (v === null) delete out[k];
    else out[k] = mergePatch(out[k], v);
  }
  return out;
}
export class StrategicPatchError extends Error {
  code: number | undefined;
}
export function strategicMergePatch(_schema: unknown, current: unknown, patch: unknown): unknown {
  return mergePatch(current, patch);
}
