/** Doubles as text. Behaves like Go's %g, which cel-go writes them with. */

export function doubleText(n: number): string {
  if (Number.isNaN(n)) return 'NaN';
  if (!Number.isFinite(n)) return n > 0 ? '+Inf' : '-Inf';
  const [digits = '', exponent = '0'] = n.toExponential().split('e');
  const e = Number(exponent);
  if (e >= -4 && e < 21) return Object.is(n, -0) ? '-0' : plain(n, e);
  return `${digits}e${e < 0 ? '-' : '+'}${String(Math.abs(e)).padStart(2, '0')}`;
}

/** JavaScript writes what is below 1e-6 with an exponent, as it does not here. */
const plain = (n: number, exponent: number): string => (exponent < 0 ? n.toFixed(Math.min(100, -exponent + n.toExponential().replace(/e.*|[-.]/g, '').length - 1)) : n.toString());
