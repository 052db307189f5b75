/** Lines over time as SVG, one small chart below the other. */

export interface Chart {
  readonly title: string;
  readonly unit: string;
  /** By name; the same length as the times. */
  readonly lines: Readonly<Record<string, readonly number[]>>;
  /** A horizontal rule: what may not be exceeded. */
  readonly bound?: number;
}

const WIDTH = 860;
const HEIGHT = 170;
const LEFT = 70;
const RIGHT = 20;
const TOP = 34;
const BOTTOM = 26;
const COLOURS = ['#1f6feb', '#d1242f', '#1a7f37', '#8250df'];

const text = (x: number, y: number, what: string, rest = ''): string => `<text x="${x}" y="${y}" ${rest}>${what}</text>`;

function chart({ title, unit, lines, bound }: Chart, seconds: readonly number[], offset: number): string {
  const most = Math.max(...Object.values(lines).flat(), bound ?? 0, 1e-9) * 1.1;
  const last = seconds.at(-1) || 1;
  const x = (s: number): number => LEFT + (s / last) * (WIDTH - LEFT - RIGHT);
  const y = (v: number): number => offset + TOP + (1 - v / most) * (HEIGHT - TOP - BOTTOM);
  const base = offset + HEIGHT - BOTTOM;
  const names = Object.keys(lines);
  const legend = names.map((name, i) => text(WIDTH - RIGHT - (names.length - 1 - i) * 130, offset + 18, name, `fill="${COLOURS[i]}" text-anchor="end"`)).join('');
  const drawn = Object.values(lines).map((values, i) => `<polyline fill="none" stroke="${COLOURS[i]}" points="${values.map((v, k) => `${x(seconds[k] ?? 0).toFixed(1)},${y(v).toFixed(1)}`).join(' ')}"/>`).join('');
  const rule = bound === undefined ? '' : `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(bound)}" y2="${y(bound)}" stroke="#888" stroke-dasharray="4 3"/>`;
  const marks = [0, most / 2, most].map((v) => text(LEFT - 6, y(v) + 4, v >= 100 ? v.toFixed(0) : v.toFixed(1), 'text-anchor="end"')).join('');
  const times = [0, last / 2, last].map((s) => text(x(s), base + 16, `${s.toFixed(0)} s`, 'text-anchor="middle"')).join('');
  return `${text(LEFT, offset + 18, `${title} (${unit})`, 'font-weight="bold"')}${legend}<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${base}" y2="${base}" stroke="#555"/>${rule}${drawn}${marks}${times}`;
}

export function plot(heading: string, seconds: readonly number[], charts: readonly Chart[]): string {
  const height = 30 + charts.length * HEIGHT;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12">\n<rect width="100%" height="100%" fill="white"/>${text(LEFT, 20, heading, 'font-size="14" font-weight="bold"')}\n${charts.map((c, i) => chart(c, seconds, 30 + i * HEIGHT)).join('\n')}\n</svg>\n`;
}
