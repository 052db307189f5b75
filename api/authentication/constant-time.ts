/** Compares secrets without telling by its duration where they differ. */
export function equalInConstantTime(a: string, b: string): boolean {
  const encoder = new TextEncoder();
  const [x, y] = [encoder.encode(a), encoder.encode(b)];
  let different = x.length ^ y.length;
  for (let i = 0; i < y.length; i++) different |= (x[i % Math.max(1, x.length)] ?? 0) ^ (y[i] ?? 0);
  return different === 0;
}
