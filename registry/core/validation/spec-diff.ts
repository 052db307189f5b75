/** What differs between two specs, as an update that is refused tells it. Behaves like upstream apimachinery/pkg/util/diff. */
import { internalForm } from './internal-form.ts';

/** A unified diff of both as upstream prints them inside. `kind`: the internal struct's name, or `[]` and its name. */
export function specDiff(kind: string, before: object, after: object): string {
  const lines = (value: object): string[] => JSON.stringify(internalForm(kind, value), null, 1).split('\n');
  return unifiedDiff(lines(before), lines(after));
}

interface Change {
  /** [from, to) of the old lines, and of the new ones. */
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
}

const CONTEXT = 3;

export function unifiedDiff(a: readonly string[], b: readonly string[]): string {
  const out: string[] = [];
  for (const group of grouped(changes(a, b), a.length, b.length)) out.push(...hunk(group, a, b));
  return out.map((line) => `${line}\n`).join('');
}

/** Longest common subsequence between the lines that are not the same at both ends. */
function changes(a: readonly string[], b: readonly string[]): Change[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const found: Change[] = [];
  split(a.slice(start, endA), b.slice(start, endB), start, start, found);
  return found;
}

/** Matching blocks, longest first, as difflib finds them. */
function split(a: readonly string[], b: readonly string[], offsetA: number, offsetB: number, found: Change[]): void {
  if (a.length === 0 && b.length === 0) return;
  const match = longestMatch(a, b);
  if (match.length === 0) {
    found.push({ a: [offsetA, offsetA + a.length], b: [offsetB, offsetB + b.length] });
    return;
  }
  split(a.slice(0, match.a), b.slice(0, match.b), offsetA, offsetB, found);
  const nextA = match.a + match.length;
  const nextB = match.b + match.length;
  split(a.slice(nextA), b.slice(nextB), offsetA + nextA, offsetB + nextB, found);
}

function longestMatch(a: readonly string[], b: readonly string[]): { a: number; b: number; length: number } {
  const positions = new Map<string, number[]>();
  for (const [j, line] of b.entries()) positions.set(line, [...(positions.get(line) ?? []), j]);
  let best = { a: 0, b: 0, length: 0 };
  let previous = new Map<number, number>();
  for (const [i, line] of a.entries()) {
    const current = new Map<number, number>();
    for (const j of positions.get(line) ?? []) {
      const length = (previous.get(j - 1) ?? 0) + 1;
      current.set(j, length);
      if (length > best.length) best = { a: i - length + 1, b: j - length + 1, length };
    }
    previous = current;
  }
  return best;
}

/** Changes whose contexts touch stand in one hunk. */
function grouped(list: readonly Change[], _a: number, _b: number): Change[][] {
  const groups: Change[][] = [];
  for (const change of list) {
    const last = groups.at(-1)?.at(-1);
    if (last && change.a[0] - last.a[1] <= 2 * CONTEXT) groups.at(-1)?.push(change);
    else groups.push([change]);
  }
  return groups;
}

function hunk(group: readonly Change[], a: readonly string[], b: readonly string[]): string[] {
  const [first, last] = [group[0], group.at(-1)];
  if (!first || !last) return [];
  const before = Math.min(CONTEXT, first.a[0]);
  const after = Math.min(CONTEXT, a.length - last.a[1]);
  const rangeA = [first.a[0] - before, last.a[1] + after] as const;
  const rangeB = [first.b[0] - before, last.b[1] + after] as const;
  const lines = [`@@ -${rangeText(rangeA)} +${rangeText(rangeB)} @@`];
  let at = rangeA[0];
  for (const change of group) {
    lines.push(
      ...a.slice(at, change.a[0]).map((l) => ` ${l}`),
      ...a.slice(...change.a).map((l) => `-${l}`),
      ...b.slice(...change.b).map((l) => `+${l}`),
    );
    at = change.a[1];
  }
  lines.push(...a.slice(at, rangeA[1]).map((l) => ` ${l}`));
  return lines;
}

function rangeText([from, to]: readonly [number, number]): string {
  const length = to - from;
  if (length === 1) return String(from + 1);
  return `${length === 0 ? from : from + 1},${length}`;
}
