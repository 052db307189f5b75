/** Doubles as text. Behaves like Go's strconv.FormatFloat (format g) and %v. */

/** `limit`: the power of ten from which on there is an exponent: 21 for %v, 6 for strconv. */
export function doubleText(n: number, limit = 21): string {
  if (Number.isNaN(n)) return 'NaN';
  if (!Number.isFinite(n)) return n > 0 ? '+Inf' : '-Inf';
  const [digits = '', exponent = '0'] = n.toExponential().split('e');
  const e = Number(exponent);
  if (e >= -4 && e < limit) return Object.is(n, -0) ? '-0' : plain(n, e);
  return `${digits}e${e < 0 ? '-' : '+'}${String(Math.abs(e)).padStart(2, '0')}`;
}

/** JavaScript writes what is below 1e-6 with an exponent, as it does not here. */
const plain = (n: number, exponent: number): string => (exponent < 0 ? n.toFixed(Math.min(100, -exponent + n.toExponential().replace(/e.*|[-.]/g, '').length - 1)) : n.toString());

const DECIMAL = /^[-+]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][-+]?\d[\d_]*)?$/;
const HEXADECIMAL = /^([-+]?)0[xX]([0-9a-fA-F_]*)\.?([0-9a-fA-F_]*)[pP]([-+]?\d+)$/;
const SPECIAL: Readonly<Record<string, number>> = { nan: NaN, inf: Infinity, infinity: Infinity };

/** As Go's strconv.ParseFloat reads it; undefined: none, or too large. */
export function parseDouble(text: string): number | undefined {
  const n = DECIMAL.test(text) ? Number(text.replaceAll('_', '')) : hexadecimal(text);
  if (n !== undefined) return Number.isFinite(n) ? n : undefined;
  const [, sign, name = ''] = /^([-+]?)(\w+)$/.exec(text.toLowerCase()) ?? [];
  const special = SPECIAL[name];
  return special === undefined || (sign !== '' && name === 'nan') ? undefined : sign === '-' ? -special : special;
}

function hexadecimal(text: string): number | undefined {
  const [, sign, whole = '', fraction = '', power] = HEXADECIMAL.exec(text) ?? [];
  const digits = (whole + fraction).replaceAll('_', '');
  if (power === undefined || digits === '') return undefined;
  const n = Number(`0x${digits}`) * 2 ** (Number(power) - 4 * fraction.replaceAll('_', '').length);
  return sign === '-' ? -n : n;
}
