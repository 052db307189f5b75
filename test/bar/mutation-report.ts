/** What of a report of oracle/mutate.mjs (`--json`) counts for the bar, and how much of it agrees. Used by ./mutations.ts. */

/** One request of a report, in the order of the run. */
export interface Reported {
  readonly verb: string;
  readonly path: string;
  readonly exact: boolean;
  readonly shape: boolean;
  readonly differences: readonly string[];
}

export interface Tally {
  readonly total: number;
  readonly exact: number;
  readonly shape: number;
  /** Left out. */
  readonly celErrors: number;
  readonly definitions: number;
}

const CEL_ERROR = /compilation failed|ERROR: <input>/;
const DEFINITIONS = /customresourcedefinitions/;

/**
 * Without requests whose answer holds an error of the CEL compiler, and without CustomResourceDefinitions. `recorded`: the real server's answers, one a request; absent (a live run) an error
 * is known by the difference that it makes.
 */
export function tallyOf(report: readonly Reported[], recorded?: readonly unknown[]): Tally {
  const tally = { total: 0, exact: 0, shape: 0, celErrors: 0, definitions: 0 };
  for (const [i, { path, exact, shape, differences }] of report.entries()) {
    if (DEFINITIONS.test(path)) tally.definitions++;
    else if (CEL_ERROR.test(recorded ? JSON.stringify(recorded[i]) : differences.join('\n'))) tally.celErrors++;
    else {
      tally.total++;
      if (exact) tally.exact++;
      if (shape) tally.shape++;
    }
  }
  return tally;
}

export interface Bound {
  /** Per cent. */
  readonly exact: number;
  readonly shape: number;
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole);

export const meets = (tally: Tally, bound: Bound): boolean => share(tally.exact, tally.total) >= bound.exact && share(tally.shape, tally.total) >= bound.shape;

/** `given: 8782 exact (99.21 %, at least 97 %), 8791 shape (99.31 %, at least 99 %), of 8852; left out: 22 with an error of the CEL compiler, 0 CustomResourceDefinitions`. */
export function tallyText(name: string, tally: Tally, bound: Bound): string {
  const part = (count: number, least: number): string => `(${share(count, tally.total).toFixed(2)} %, at least ${least} %)`;
  return `${name}: ${tally.exact} exact ${part(tally.exact, bound.exact)}, ${tally.shape} shape ${part(tally.shape, bound.shape)}, of ${tally.total}; left out: ${tally.celErrors} with an error of the CEL compiler, ${tally.definitions} CustomResourceDefinitions`;
}
