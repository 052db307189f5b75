/** Which plain YAML texts are no strings. Behaves like go.yaml.in/yaml/v2 resolve.go (YAML 1.1), which sigs.k8s.io/yaml uses. */

const WORDS = new Map<string, boolean | null | number>();
for (const word of ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']) WORDS.set(word, true);
for (const word of ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']) WORDS.set(word, false);
for (const word of ['', '~', 'null', 'Null', 'NULL']) WORDS.set(word, null);
for (const word of ['.nan', '.NaN', '.NAN']) WORDS.set(word, Number.NaN);
for (const word of ['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF']) WORDS.set(word, Number.POSITIVE_INFINITY);
for (const word of ['-.inf', '-.Inf', '-.INF']) WORDS.set(word, Number.NEGATIVE_INFINITY);

const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
/** strconv.ParseFloat of a text that begins with a dot. */
const DOT_FLOAT = /^\.[0-9]+([eE][-+]?[0-9]+)?$/;
const BASE60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const TIMESTAMPS = [
  /^[0-9]{4}-([0-9]{1,2})-([0-9]{1,2})[Tt]([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})$/,
  /^[0-9]{4}-([0-9]{1,2})-([0-9]{1,2}) ([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?$/,
  /^[0-9]{4}-([0-9]{1,2})-([0-9]{1,2})$/,
];
const MAX_UINT64 = (1n << 64n) - 1n;
const MIN_INT64 = -(1n << 63n);

/** The value of a plain scalar; a string when it is nothing else. Integers beyond ±2^53 are bigint. */
export function resolvePlain(text: string): string | number | bigint | boolean | null {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  const first = text.charCodeAt(0);
  if (first === 0x2e) return DOT_FLOAT.test(text) ? Number(text) : text;
  if (!(first === 0x2b || first === 0x2d || (first >= 0x30 && first <= 0x39)) || isTimestamp(text)) return text;
  return numberOf(text.replaceAll('_', '')) ?? text;
}

function numberOf(text: string): number | bigint | undefined {
  const integer = integerOf(text);
  if (integer !== undefined) {
    const number = Number(integer);
    return Number.isSafeInteger(number) ? number : integer;
  }
  if (!FLOAT.test(text)) return undefined;
  const float = Number(text.endsWith('.') ? text.slice(0, -1) : text);
  return Number.isFinite(float) ? float : undefined;
}

/** strconv.ParseInt and ParseUint with base 0. */
function integerOf(text: string): bigint | undefined {
  const parts = /^([+-]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/.exec(text);
  if (!parts) return undefined;
  const [, sign, hex, binary, octal, decimal] = parts;
  const magnitude = BigInt(
    hex !== undefined ? `0x${hex}` : binary !== undefined ? `0b${binary}` : octal !== undefined ? `0o${octal}` : (decimal ?? '0'),
  );
  const value = sign === '-' ? -magnitude : magnitude;
  // ParseUint takes no sign.
  return value < MIN_INT64 || value > (sign === '' ? MAX_UINT64 : MAX_UINT64 >> 1n) ? undefined : value;
}

function isTimestamp(text: string): boolean {
  if (text[4] !== '-') return false;
  for (const pattern of TIMESTAMPS) {
    const parts = pattern.exec(text);
    if (!parts) continue;
    const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number);
    if (month >= 1 && month <= 12 && day >= 1 && day <= daysIn(Number(text.slice(0, 4)), month) && hour < 24 && minute < 60 && second < 60)
      return true;
  }
  return false;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Whether a string must be quoted so that it stays a string. */
export function needsQuotes(text: string): boolean {
  const first = text.charCodeAt(0);
  // Letters that begin no special word, by far the most common case.
  if ((first >= 0x61 && first <= 0x7a) || (first >= 0x41 && first <= 0x5a) || first === 0x2f) return WORDS.has(text);
  return text === '<<' || typeof resolvePlain(text) !== 'string' || isTimestamp(text) || BASE60.test(text);
}
