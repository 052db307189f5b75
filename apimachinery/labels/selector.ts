/** Label selectors: `a=b,c in (x,y),!d`. Beside ../fields/; the grammar stands in ./parser.ts. Behaves like upstream apimachinery/pkg/labels. */
import type { LabelSelector as LabelSelectorObject } from '../types/meta.gen.ts';
import type { DeepReadonly } from '../types/type.ts';
import { newRequirement, type Labels, type Operator, type Requirement } from './requirement.ts';
import { parseRequirements } from './parser.ts';

export { newRequirement, SelectorError, type Labels, type Operator, type Requirement } from './requirement.ts';

/** Immutable: all its requirements must hold. */
export class LabelSelector {
  /** Sorted by key. */
  readonly requirements: readonly Requirement[];
  /** A selector that no object can match, as the selector of an absent one. */
  readonly matchesNothing: boolean;

  constructor(requirements: readonly Requirement[], matchesNothing = false) {
    this.requirements =
      requirements.length < 2 ? requirements : [...requirements].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    this.matchesNothing = matchesNothing;
  }

  matches(labels: Labels | undefined): boolean {
    if (this.matchesNothing) return false;
    for (const requirement of this.requirements) if (!requirement.matches(labels)) return false;
    return true;
  }

  /** `matches` for a long list of objects. */
  matcher(): (labels: Labels | undefined) => boolean {
    const [only] = this.requirements;
    return only && this.requirements.length === 1 && !this.matchesNothing ? only.matches : (labels) => this.matches(labels);
  }

  /** Restricts nothing. */
  isEmpty(): boolean {
    return !this.matchesNothing && this.requirements.length === 0;
  }

  add(...requirements: readonly Requirement[]): LabelSelector {
    return this.matchesNothing ? this : new LabelSelector([...this.requirements, ...requirements]);
  }

  /** The one value that the label must have; undefined when there is none. */
  requiresExactMatch(label: string): string | undefined {
    const requirement = this.requirements.find(
      (r) => r.key === label && (r.operator === '=' || r.operator === '==' || (r.operator === 'in' && r.values.length === 1)),
    );
    return requirement?.values[0];
  }

  toString(): string {
    return this.requirements.join(',');
  }
}

export const EVERYTHING: LabelSelector = new LabelSelector([]);
export const NOTHING: LabelSelector = new LabelSelector([], true);

/** Throws SelectorError in upstream's words. */
export function parseLabelSelector(text: string): LabelSelector {
  return new LabelSelector(parseRequirements(text));
}

/** Labels that must all be there with these values; not validated. Absent and empty sets match everything. */
export function selectorFromSet(labels: Labels | undefined): LabelSelector {
  const entries = Object.entries(labels ?? {});
  return entries.length === 0 ? EVERYTHING : new LabelSelector(entries.map(([key, value]) => newRequirement(key, '=', [value], false)));
}

const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!'],
]);

/** Of metav1.LabelSelector: absent matches nothing, empty everything. Throws SelectorError. */
export function labelSelectorAsSelector(selector: DeepReadonly<LabelSelectorObject> | undefined | null): LabelSelector {
  if (!selector) return NOTHING;
  const requirements = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => newRequirement(key, '=', [value]));
  for (const { key, operator, values } of selector.matchExpressions ?? [])
    requirements.push(newRequirement(key ?? '', operatorOf(operator ?? ''), values ?? []));
  return requirements.length === 0 ? EVERYTHING : new LabelSelector(requirements);
}

function operatorOf(text: string): Operator {
  const operator = OPERATORS.get(text);
  if (operator === undefined) throw new Error(`${JSON.stringify(text)} is not a valid label selector operator`);
  return operator;
}

/** `a=b,c in (x)`; `<none>` when absent, `<error>` when invalid: as tables print it. */
export function formatLabelSelector(selector: DeepReadonly<LabelSelectorObject> | undefined | null): string {
  try {
    return labelSelectorAsSelector(selector).toString() || '<none>';
  } catch {
    return '<error>';
  }
}
