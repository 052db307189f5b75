/** Label selectors of objects as functions. */
import { labelSelectorAsSelector } from '../../apimachinery/labels/selector.ts';
import type { LabelSelector } from '../../apimachinery/types/meta.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';

export type Labels = Readonly<Record<string, string>> | undefined;
export type Matcher = (labels: Labels) => boolean;

/** Every label of `wanted` has its value. */
export function matchesAll(wanted: Labels, labels: Labels): boolean {
  for (const key in wanted) if (labels?.[key] !== wanted[key]) return false;
  return true;
}

const compiled = new WeakMap<object, Matcher>();

function compile(selector: DeepReadonly<LabelSelector>): Matcher {
  const parsed = labelSelectorAsSelector(selector);
  return (labels) => parsed.matches(labels);
}

/** Absent selects nothing, empty selects everything. Compiled once for each (frozen) selector. Throws SelectorError. */
export function selectorOf(selector: DeepReadonly<LabelSelector> | null | undefined): Matcher {
  if (selector === null || selector === undefined) return () => false;
  const known = compiled.get(selector);
  if (known) return known;
  const matcher = compile(selector);
  compiled.set(selector, matcher);
  return matcher;
}

export function isEmptySelector(selector: DeepReadonly<LabelSelector> | null | undefined): boolean {
  return Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions ?? []).length === 0;
}
