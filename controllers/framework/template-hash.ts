/** A short hash of a template for names and labels. Has the form of upstream pkg/controller/controller_utils.go ComputeHash; the value is our own. */

const SAFE = 'bcdfghjklmnpqrstvwxz2456789';

/** JSON with sorted keys: equal for equal values. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) =>
    v !== null && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) : v,
  );
}

function fnv32a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** No vowels, no digits that look like them: no word appears. */
export function safeEncode(text: string): string {
  return text.replace(/./g, (c) => SAFE[c.charCodeAt(0) % SAFE.length] ?? '');
}

/** `collisionCount`: how often a hash turned out to be taken. */
export function computeHash(template: unknown, collisionCount: number | undefined): string {
  return safeEncode(String(fnv32a(canonicalJson(template) + (collisionCount === undefined ? '' : `#${collisionCount}`))));
}
