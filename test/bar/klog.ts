/** Reads the logs of upstream's programs (klog's text format): which complaints are there, said the same way in every run. Beside programs.ts, which compares two runs. */

/** `E1125 02:51:57.123456   12345 file.go:123] text` */
const HEADER = /^([EWF])\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ ([\w.-]+\.go):\d+\] (.*)$/;

/** What differs from run to run, in the order in which it is replaced. */
const VARIABLE: readonly (readonly [RegExp, string])[] = [
  [/&garbagecollector\.node\{.*\}(?=: )/g, 'ITEM'],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| ?[+-]\d\d:?\d\d)?(?: [A-Z]{3,4})?/g, 'TIME'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UID'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, 'ADDRESS'],
  [/-[0-9a-z]{8,10}-[0-9a-z]{5}\b/g, '-HASH-RANDOM'],
  [/-(?=[0-9a-z]*\d)[bcdfghjklmnpqrstvwxz2456789]{5,10}\b/g, '-RANDOM'],
  [/\b\d+(?:\.\d+)?(?:ns|µs|ms|s|m|h)\b/g, 'DURATION'],
  [/\b\d{2,}\b/g, 'NUMBER'],
];

export const normalised = (text: string): string => VARIABLE.reduce((t, [pattern, name]) => t.replace(pattern, name), text);

/** Errors, warnings and fatal lines of a log, each once: `E file.go] text` without times, addresses, random names and numbers. Sorted. */
export function complaintsIn(log: string): string[] {
  const lines = log.split('\n').flatMap((line) => {
    const [, level = '', file = '', text = ''] = HEADER.exec(line) ?? [];
    return level === '' ? [] : [`${level} ${file}] ${normalised(text)}`];
  });
  return [...new Set(lines)].sort();
}

/** A write that lost a race against another client: that there are any depends on time, not on the server. */
export const isConflict = (line: string): boolean => line.includes('the object has been modified; please apply your changes to the latest version');

/** Lines of the first that the second does not have. */
export function onlyIn(lines: readonly string[], known: readonly string[]): string[] {
  const seen = new Set(known);
  return lines.filter((line) => !seen.has(line));
}
