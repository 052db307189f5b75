/** Selectors in questions about access; what cannot be read is left out and told. Behaves like upstream pkg/registry/authorization/util (ResourceAttributesFrom, BuildEvaluationError). */
import { own } from '../../apimachinery/own.ts';
import { FieldSelectorError, parseFieldSelector } from '../../apimachinery/fields/selector.ts';
import { newRequirement, parseLabelSelector, SelectorError, type Operator } from '../../apimachinery/labels/selector.ts';
import type * as authorization from '../../apimachinery/types/authorization.gen.ts';
import { selectorText } from '../core/cells/selector.ts';

export interface ReadSelector {
  /** '' when nothing is left. */
  readonly text: string;
  readonly isBroken: boolean;
}

type Selector = authorization.FieldSelectorAttributes | authorization.LabelSelectorAttributes;
type Requirement = { readonly key: string; readonly operator: string; readonly values?: readonly string[] };

function succeeds(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch (error) {
    if (error instanceof SelectorError || error instanceof FieldSelectorError) return false;
    throw error;
  }
}

interface Rules {
  parse(raw: string): unknown;
  isRight(requirement: Requirement): boolean;
  format(requirements: readonly Requirement[]): string;
}

function read(selector: Selector | undefined, rules: Rules): ReadSelector {
  const requirements: readonly Requirement[] = selector?.requirements ?? [];
  if (requirements.length > 0) {
    const right = requirements.filter((r) => rules.isRight(r));
    return { text: right.length > 0 ? rules.format(right) : '', isBroken: right.length < requirements.length };
  }
  const raw = selector?.rawSelector ?? '';
  return raw === '' || succeeds(() => rules.parse(raw)) ? { text: raw, isBroken: false } : { text: '', isBroken: true };
}

const OPERATORS: Readonly<Record<string, Operator>> = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' };

function isLabelRequirement({ key, operator, values }: Requirement): boolean {
  const known = own(OPERATORS, operator);
  return known !== undefined && succeeds(() => newRequirement(key, known, values ?? []));
}

export const readLabelSelector = (selector: authorization.LabelSelectorAttributes | undefined): ReadSelector =>
  read(selector, {
    parse: parseLabelSelector,
    isRight: isLabelRequirement,
    format: (requirements) => selectorText({ matchExpressions: requirements.map((r) => ({ ...r, values: [...(r.values ?? [])] })) }) ?? '',
  });

export const readFieldSelector = (selector: authorization.FieldSelectorAttributes | undefined): ReadSelector =>
  read(selector, {
    parse: parseFieldSelector,
    isRight: (r) => (r.values ?? []).length === 1 && (r.operator === 'In' || r.operator === 'NotIn'),
    format: (requirements) => requirements.map((r) => `${r.key}${r.operator === 'In' ? '=' : '!='}${r.values?.[0] ?? ''}`).join(','),
  });

function problem(field: string, { text, isBroken }: ReadSelector): readonly string[] {
  return isBroken ? [`spec.resourceAttributes.${field} ${text === '' ? '' : 'partially '}ignored due to parse error`] : [];
}

export function selectorProblems(attributes: authorization.ResourceAttributes | undefined): readonly string[] {
  return [
    ...problem('fieldSelector', readFieldSelector(attributes?.fieldSelector)),
    ...problem('labelSelector', readLabelSelector(attributes?.labelSelector)),
  ];
}
