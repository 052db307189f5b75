/** Names made by the server. Behaves like upstream apiserver/pkg/storage/names. */
import type { Rand } from '../../component-base/rand.ts';

const MAX_BASE = 58;

/** `base`, cut so that the name stays within 63 characters, and five random ones. */
export function generateName(base: string, rand: Rand): string {
  return `${base.slice(0, MAX_BASE)}${rand.suffix(5)}`;
}
