/** A container's identity: when it changes, the running one is replaced. Behaves like upstream pkg/kubelet/container HashContainer: of the spec, only name and image count. */
import type { Container } from './pod.ts';

/** 32-bit FNV-1a in hexadecimal. */
export function fnv32a(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16);
}

export const hashContainer = (container: Container): string => fnv32a(JSON.stringify({ image: container.image, name: container.name }));
