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

/** Random bytes are fetched many at a time. */
const pool = new Uint8Array(4096);
let taken = pool.length;
const DIGITS = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const DASH = 0x2d;
const codes = Array<number>(36).fill(DASH);

/** Written digit by digit into one string: joining pieces would leave each of them behind. */
function uuid(): string {
  if (taken === pool.length) {
    crypto.getRandomValues(pool);
    taken = 0;
  }
  let at = 0;
  for (let i = 0; i < 16; i++) {
    const byte = pool[taken++] ?? 0;
    const value = i === 6 ? (byte & 0x0f) | 0x40 : i === 8 ? (byte & 0x3f) | 0x80 : byte;
    if (i === 4 || i === 6 || i === 8 || i === 10) at++;
    codes[at++] = DIGITS[value >> 4] ?? DASH;
    codes[at++] = DIGITS[value & 0x0f] ?? DASH;
  }
  return String.fromCharCode(...codes);
}

export const realRand: Rand = {
  float: () => Math.random(),
  int: (n) => Math.floor(Math.random() * n),
  uuid,
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
