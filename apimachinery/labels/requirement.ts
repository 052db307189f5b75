/** One condition on one label. Behaves like upstream apimachinery/pkg/labels/selector.go. */
import { aggregateText } from '../errors.ts';
import { invalid, notSupported, Path, type ErrorList, type FieldError } from '../validation/field.ts';
import { isQualifiedName, isValidLabelValue } from '../validation/label.ts';

export type Labels = Readonly<Record<string, string>>;
export type Operator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';

export const BINARY_OPERATORS: readonly Operator[] = ['in', 'notin', '=', '==', '!=', 'gt', 'lt'];

/** The text of a selector, or a requirement, is wrong; the message is upstream's. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError';
}

export interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  /** As given, not sorted. */
  readonly values: readonly string[];
  matches(labels: Labels | undefined): boolean;
  toString(): string;
}

/** Throws SelectorError unless `validated` is false. */
export function newRequirement(key: string, operator: Operator, values: readonly string[], validated = true): Requirement {
  if (validated) check(key, operator, values);
  return {
    key,
    operator,
    values,
    matches: matcherOf(key, operator, values),
    toString: () => textOf(key, operator, values),
  };
}

function check(key: string, operator: Operator, values: readonly string[]): void {
  const path = Path.of('values');
  const errors: FieldError[] = [...labelKeyErrors(key, Path.of('key')), ...countErrors(operator, values, path)];
  values.forEach((value, i) => {
    const messages = isValidLabelValue(value);
    if (messages.length > 0) errors.push(invalid(path.index(i).key(key), value, messages.join('; ')));
  });
  if (errors.length > 0) throw new SelectorError(aggregateText(errors));
}

export function labelKeyErrors(key: string, path: Path): ErrorList {
  const messages = isQualifiedName(key);
  return messages.length === 0 ? [] : [invalid(path, key, messages.join('; '))];
}

function countErrors(operator: Operator, values: readonly string[], path: Path): ErrorList {
  switch (operator) {
    case 'in':
    case 'notin':
      return values.length === 0 ? [invalid(path, values, "for 'in', 'notin' operators, values set can't be empty")] : [];
    case '=':
    case '==':
    case '!=':
      return values.length === 1 ? [] : [invalid(path, values, 'exact-match compatibility requires one single value')];
    case 'exists':
    case '!':
      return values.length === 0 ? [] : [invalid(path, values, 'values set must be empty for exists and does not exist')];
    case 'gt':
    case 'lt':
      return boundErrors(values, path);
    default:
      return [notSupported(Path.of('operator'), operator, [...BINARY_OPERATORS, 'exists', '!'])];
  }
}

function boundErrors(values: readonly string[], path: Path): ErrorList {
  const count = values.length === 1 ? [] : [invalid(path, values, "for 'Gt', 'Lt' operators, exactly one value is required")];
  const wrong = values.flatMap((value, i) =>
    integerOf(value) === undefined ? [invalid(path.index(i), value, "for 'Gt', 'Lt' operators, the value must be an integer")] : [],
  );
  return [...count, ...wrong];
}

/** An int64 in decimal. */
function integerOf(text: string): bigint | undefined {
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined;
  const n = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return n === BigInt.asIntN(64, n) ? n : undefined;
}

function matcherOf(key: string, operator: Operator, values: readonly string[]): Requirement['matches'] {
  if (operator === '=' || operator === '==') return equals(key, values[0] ?? '');
  const test = testOf(operator, values);
  return (labels) => test(labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined);
}

/** The most frequent of all: nothing that is inherited is a text. */
const equals = (key: string, value: string): Requirement['matches'] => (labels) => labels !== undefined && labels[key] === value;

type Test = (value: string | undefined) => boolean;

function testOf(operator: Operator, values: readonly string[]): Test {
  const [first] = values;
  switch (operator) {
    case 'in':
      return (value) => value !== undefined && values.includes(value);
    case '!=':
      return (value) => value === undefined || value !== first;
    case 'notin':
      return (value) => value === undefined || !values.includes(value);
    case 'exists':
      return (value) => value !== undefined;
    case '!':
      return (value) => value === undefined;
    default:
      return boundTest(operator, integerOf(first ?? ''));
  }
}

function boundTest(operator: Operator, bound: bigint | undefined): Test {
  return (text) => {
    const value = text === undefined ? undefined : integerOf(text);
    if (value === undefined || bound === undefined) return false;
    return operator === 'gt' ? value > bound : value < bound;
  };
}

const SYMBOLS: Partial<Record<Operator, string>> = { '=': '=', '==': '==', '!=': '!=', in: ' in ', notin: ' notin ', gt: '>', lt: '<' };

function textOf(key: string, operator: Operator, values: readonly string[]): string {
  const symbol = SYMBOLS[operator];
  if (symbol === undefined) return operator === '!' ? `!${key}` : key;
  const listed = values.length < 2 ? (values[0] ?? '') : [...values].sort().join(',');
  return operator === 'in' || operator === 'notin' ? `${key}${symbol}(${listed})` : `${key}${symbol}${listed}`;
}
