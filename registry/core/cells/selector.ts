/** Selectors and labels as table cells. Behaves like upstream apimachinery/pkg/labels and pkg/apis/meta/v1/helpers.go (FormatLabels, FormatLabelSelector). */
import { own } from '../../../apimachinery/own.ts';
import type { LabelSelector } from '../../../apimachinery/types/meta.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';

/** `a=b,c=d`, or '' without labels. */
export function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  return Object.keys(labels ?? {})
    .sort()
    .map((k) => `${k}=${own(labels, k) ?? ''}`)
    .join(',');
}

export const formatLabels = (labels: Readonly<Record<string, string>> | undefined): string => labelsText(labels) || '<none>';

/** A label selector in the text form of query parameters; undefined: it has a mistake. */
export function selectorText(selector: DeepReadonly<LabelSelector> | null | undefined): string | undefined {
  const parts = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => ({ key, text: `${key}=${value}` }));
  for (const e of selector?.matchExpressions ?? []) {
    const text = expressionText(e.key, e.operator, e.values ?? []);
    if (text === undefined) return undefined;
    parts.push({ key: e.key, text });
  }
  return parts
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map((p) => p.text)
    .join(',');
}

function expressionText(key: string, operator: string, values: readonly string[]): string | undefined {
  const list = [...values].sort().join(',');
  if (operator === 'In') return `${key} in (${list})`;
  if (operator === 'NotIn') return `${key} notin (${list})`;
  if (operator === 'Exists') return key;
  return operator === 'DoesNotExist' ? `!${key}` : undefined;
}

export function formatLabelSelector(selector: DeepReadonly<LabelSelector> | null | undefined): string {
  const text = selectorText(selector);
  return text === undefined ? '<error>' : text || '<none>';
}
