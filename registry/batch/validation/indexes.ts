/** Sets of indexes as text: `1,3-5`. Behaves like upstream pkg/apis/batch/validation/validation.go (validateIndexesFormat). */
import { goQuote } from '../../../apimachinery/go-text.ts';

interface Interval {
  readonly first: number;
  readonly last: number;
}

/** The number of indexes, or why the text is wrong. */
export function countIndexes(text: string, completions: number): number | string {
  if (text === '') return 0;
  let total = 0;
  let previous: number | undefined;
  for (const part of text.split(',')) {
    const interval = parseInterval(part, completions);
    if (typeof interval === 'string') return interval;
    if (previous !== undefined && previous >= interval.first) return notIncreasing(previous, interval.first);
    total += interval.last - interval.first + 1;
    previous = interval.last;
  }
  return total;
}

const notIncreasing = (previous: number, current: number): string => `non-increasing order, previous: ${previous}, current: ${current}`;

function parseInterval(text: string, completions: number): Interval | string {
  const limits = text.split('-');
  const [first = '', last] = limits;
  if (limits.length > 2)
    return `the fragment ${goQuote(text)} violates the requirement that an index interval can have at most two parts separated by '-'`;
  const x = parseIndex(first, completions);
  if (typeof x === 'string' || last === undefined) return typeof x === 'string' ? x : { first: x, last: x };
  const y = parseIndex(last, completions);
  if (typeof y === 'string') return y;
  return x >= y ? notIncreasing(x, y) : { first: x, last: y };
}

function parseIndex(text: string, completions: number): number | string {
  if (!/^[+-]?[0-9]+$/.test(text)) return `cannot convert string to integer for index: ${goQuote(text)}`;
  return Number(text) >= completions ? `too large index: ${goQuote(text)}` : Number(text);
}

/** The first index that two sets share; undefined: none. Wrong parts are left out. */
export function sharedIndex(a: string, b: string, completions: number): number | undefined {
  const intervals = (text: string): readonly Interval[] =>
    text.split(',').flatMap((part) => {
      const interval = parseInterval(part, completions);
      return typeof interval === 'string' ? [] : [interval];
    });
  const others = intervals(b);
  const shared = intervals(a).flatMap((x) =>
    others.filter((y) => x.first <= y.last && y.first <= x.last).map((y) => Math.max(x.first, y.first)),
  );
  return shared.length === 0 ? undefined : Math.min(...shared);
}
