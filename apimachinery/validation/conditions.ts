/** metav1.Condition. Behaves like upstream apimachinery/pkg/apis/meta/v1/validation. */
import type { Condition } from '../types/meta.gen.ts';
import type { DeepReadonly } from '../types/type.ts';
import { duplicate, invalid, notSupported, required, tooLong, type FieldError, type Path } from './field.ts';
import { validateLabelName } from './label-selector.ts';
import { byteLength, regexError } from './messages.ts';

const MAX_REASON = 1024;
const MAX_MESSAGE = 32 * 1024;
const REASON = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const REASON_REGEXP = new RegExp(`^${REASON}$`);
const REASON_MESSAGE =
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'";

export function validateConditions(conditions: DeepReadonly<Condition[]> | undefined, path: Path, errors: FieldError[] = []): FieldError[] {
  const seen = new Set<string>();
  conditions?.forEach((condition, i) => {
    if (seen.has(condition.type)) errors.push(duplicate(path.index(i).child('type'), condition.type));
    seen.add(condition.type);
    validateCondition(condition, path.index(i), errors);
  });
  return errors;
}

const STATUSES = ['True', 'False', 'Unknown'];

export function validateCondition(condition: DeepReadonly<Partial<Condition>>, path: Path, errors: FieldError[] = []): FieldError[] {
  validateLabelName(condition.type ?? '', path.child('type'), errors);
  const { status = '', message = '', observedGeneration } = condition;
  if (!STATUSES.includes(status)) errors.push(notSupported(path.child('status'), status, ['False', 'True', 'Unknown']));
  if (observedGeneration !== undefined && observedGeneration < 0)
    errors.push(invalid(path.child('observedGeneration'), observedGeneration, 'must be greater than or equal to zero'));
  if (!condition.lastTransitionTime) errors.push(required(path.child('lastTransitionTime')));
  reasonErrors(condition.reason ?? '', path.child('reason'), errors);
  if (byteLength(message) > MAX_MESSAGE) errors.push(tooLong(path.child('message'), MAX_MESSAGE));
  return errors;
}

function reasonErrors(reason: string, path: Path, errors: FieldError[]): void {
  if (reason === '') {
    errors.push(required(path));
    return;
  }
  if (!REASON_REGEXP.test(reason))
    errors.push(
      invalid(path, reason, regexError(REASON_MESSAGE, REASON, 'my_name', 'MY_NAME', 'MyName', 'ReasonA,ReasonB', 'ReasonA:ReasonB')),
    );
  if (byteLength(reason) > MAX_REASON) errors.push(tooLong(path, MAX_REASON));
}
