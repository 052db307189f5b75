/** Chance as a dependency, so that a test can fix it. Behaves like upstream k8s.io/apimachinery/pkg/util/rand. */

export interface Rand {
  /** A number in [0, 1). */
  float(): number;
  /** An integer in [0, n). */
  int(n: number): number;
  /** A random (version 4) UUID, lower case. */
  uuid(): string;
  /** `n` characters for a generated name: lower-case consonants and digits, so that no word appears. */
  suffix(n: number): string;
}

const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

function suffixFrom(int: (n: number) => number, n: number): string {
  let out = '';
  for (let i = 0; i < n; i++) out += NAME_ALPHABET[int(NAME_ALPHABET.length)];
  return out;
}

export const realRand: Rand = {
  float: () => Math.random(),
  int: (n) => Math.floor(Math.random() * n),
  uuid: () => crypto.randomUUID(),
  suffix: (n) => suffixFrom(realRand.int, n),
};

/** The same sequence for the same seed (mulberry32). For tests. */
export function seededRand(seed: number): Rand {
  let state = seed >>> 0;
  const float = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const int = (n: number): number => Math.floor(float() * n);
  const hex = (n: number): string => Array.from({ length: n }, () => int(16).toString(16)).join('');
  return {
    float,
    int,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[int(4)]}${hex(3)}-${hex(12)}`,
    suffix: (n) => suffixFrom(int, n),
  };
}
