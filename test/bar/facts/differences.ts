/** Where two JSON values differ; between the recorded facts and what the server under test answers (./documents.ts, ./objects.ts). */

export interface Difference {
  /** Slash-separated members; a slash within a name is written `~`. */
  readonly at: string;
  readonly ours: unknown;
  readonly upstream: unknown;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every place where the values differ; lists of different lengths are one difference. */
export function differences(ours: unknown, upstream: unknown, at: string): Difference[] {
  if (isObject(ours) && isObject(upstream)) {
    const names = [...new Set([...Object.keys(ours), ...Object.keys(upstream)])].sort();
    return names.flatMap((name) => differences(ours[name], upstream[name], `${at}/${name.replaceAll('/', '~')}`));
  }
  if (Array.isArray(ours) && Array.isArray(upstream) && ours.length === upstream.length) {
    return ours.flatMap((item, i) => differences(item, upstream[i], `${at}/${i}`));
  }
  return JSON.stringify(ours) === JSON.stringify(upstream) ? [] : [{ at, ours, upstream }];
}

const short = (value: unknown): string => (value === undefined ? '(absent)' : JSON.stringify(value).slice(0, 160));

export function shown({ at, ours, upstream }: Difference): string {
  return `${at}\n    ours:     ${short(ours)}\n    upstream: ${short(upstream)}`;
}

/** Members whose names are data: a property may be called `description`. */
const NAMED = new Set(['properties', 'definitions', 'schemas', 'parameters', 'paths', 'responses']);

/** An OpenAPI document without its descriptions. */
export function withoutTexts(value: unknown, named = false): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutTexts(item));
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([name, inner]) => named || name !== 'description' || typeof inner !== 'string');
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutTexts(inner, !named && NAMED.has(name))]));
}
