/** metav1.Condition. Behaves like upstream apimachinery/pkg/apis/meta/v1/validation. */
import type { Condition } from '../types/meta.gen.ts';
import type { DeepReadonly } from '../types/type.ts';
import { duplicate, invalid, notSupported, required, tooLong, type ErrorList, type FieldError, type Path } from './field.ts';
import { validateLabelName } from './label-selector.ts';
import { byteLength, regexError } from './messages.ts';

const MAX_REASON = 1024;
const MAX_MESSAGE = 32 * 1024;
const REASON = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const REASON_REGEXP = new RegExp(`^${REASON}$`);
const REASON_MESSAGE =
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'";

export function validateConditions(conditions: DeepReadonly<Condition[]> | undefined, path: Path): ErrorList {
  const seen = new Set<string>();
  return (conditions ?? []).flatMap((condition, i) => {
    const repeated = seen.has(condition.type) ? [duplicate(path.index(i).child('type'), condition.type)] : [];
    seen.add(condition.type);
    return [...repeated, ...validateCondition(condition, path.index(i))];
  });
}

export function validateCondition(condition: DeepReadonly<Partial<Condition>>, path: Path): ErrorList {
  const errors: FieldError[] = [...validateLabelName(condition.type ?? '', path.child('type'))];
  const { status = '', message = '', observedGeneration } = condition;
  if (!['True', 'False', 'Unknown'].includes(status)) errors.push(notSupported(path.child('status'), status, ['False', 'True', 'Unknown']));
  if (observedGeneration !== undefined && observedGeneration < 0)
    errors.push(invalid(path.child('observedGeneration'), observedGeneration, 'must be greater than or equal to zero'));
  if (!condition.lastTransitionTime) errors.push(required(path.child('lastTransitionTime')));
  errors.push(...reasonErrors(condition.reason ?? '', path.child('reason')));
  if (byteLength(message) > MAX_MESSAGE) errors.push(tooLong(path.child('message'), MAX_MESSAGE));
  return errors;
}

function reasonErrors(reason: string, path: Path): ErrorList {
  if (reason === '') return [required(path)];
  const errors: FieldError[] = [];
  if (!REASON_REGEXP.test(reason))
    errors.push(
      invalid(path, reason, regexError(REASON_MESSAGE, REASON, 'my_name', 'MY_NAME', 'MyName', 'ReasonA,ReasonB', 'ReasonA:ReasonB')),
    );
  if (byteLength(reason) > MAX_REASON) errors.push(tooLong(path, MAX_REASON));
  return errors;
}
