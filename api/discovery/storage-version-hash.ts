/** Tells clients whether two resources are stored alike. Behaves like upstream apiserver/pkg/endpoints/discovery/storageversionhash.go. */
import type { GroupVersionKind } from '../../apimachinery/meta.ts';

const BYTES = 8;

/** Of the kind as it is stored. */
export async function storageVersionHash(gvk: GroupVersionKind): Promise<string> {
  const text = `${gvk.group}/${gvk.version}/${gvk.kind}`;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...digest.subarray(0, BYTES)));
}
