/** x-kubernetes-validations: all but the expressions themselves. Behaves like upstream apiextensions/validation/validation.go. */
import { invalid, notSupported, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { fieldPath } from '../../../apimachinery/cel/field-path.ts';
import type { Schema } from './schema-walk.ts';
import { conversionProblem } from './structural.ts';

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const hasLines = (text: string): boolean => /[\n\r]/.test(text);

type Rule = NonNullable<Schema['x-kubernetes-validations']>[number];

export function ruleErrors(schema: Schema, path: Path): FieldError[] {
  return (schema['x-kubernetes-validations'] ?? []).flatMap((r, i) => {
    const at = path.child('x-kubernetes-validations').index(i);
    return [...ruleAndMessage(r, at), ...reason(r, at), ...fieldOf(r, schema, at)];
  });
}

function ruleAndMessage({ rule, message = '', messageExpression = '' }: Rule, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  if (rule.trim() === '') errors.push(required(path.child('rule'), 'rule is not specified'));
  else if (message !== '' && message.trim() === '') errors.push(invalid(path.child('message'), message, 'must be non-empty if specified'));
  else if (hasLines(message.trim())) errors.push(invalid(path.child('message'), message, 'must not contain line breaks'));
  else if (hasLines(rule.trim()) && message === '')
    errors.push(required(path.child('message'), 'message must be specified if rule contains line breaks'));
  if (messageExpression !== '' && messageExpression.trim() === '')
    errors.push(required(path.child('messageExpression'), 'messageExpression must be non-empty if specified'));
  return errors;
}

function reason({ reason: why }: Rule, path: Path): FieldError[] {
  return why === undefined || REASONS.includes(why) ? [] : [notSupported(path.child('reason'), why, REASONS)];
}

function fieldOf({ fieldPath: text = '' }: Rule, schema: Schema, path: Path): FieldError[] {
  if (text === '') return [];
  const at = path.child('fieldPath');
  const isKnown = conversionProblem(schema) !== undefined || !('problem' in fieldPath(text, schema));
  return [
    ...(text.trim() === '' ? [invalid(at, text, 'must be non-empty if specified')] : []),
    ...(hasLines(text) ? [invalid(at, text, 'must not contain line breaks')] : []),
    ...(isKnown ? [] : [invalid(at, text, 'must be a valid path')]),
  ];
}
