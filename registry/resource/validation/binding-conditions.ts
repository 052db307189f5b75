/** Conditions that a device waits for. Behaves like upstream pkg/apis/resource/validation/validation.go (validateDeviceBindingParameters). */
import { duplicate, invalid, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { qualifiedName } from '../../core/validation/fields.ts';
import { limited } from './names.ts';

const MOST = 4;

interface Conditions {
  readonly bindingConditions?: readonly string[] | null;
  readonly bindingFailureConditions?: readonly string[] | null;
}

const repeats = (list: readonly string[], path: Path): FieldError[] =>
  list.flatMap((c, i) => (list.indexOf(c) < i ? [duplicate(path.index(i), c)] : []));

export function bindingConditions(
  { bindingConditions: given, bindingFailureConditions: givenFailures }: Conditions,
  path: Path,
): FieldError[] {
  const [list, failures] = [given ?? [], givenFailures ?? []];
  const [at, failuresAt] = [path.child('bindingConditions'), path.child('bindingFailureConditions')];
  return [
    ...limited(list, MOST, qualifiedName, at),
    ...limited(failures, MOST, qualifiedName, failuresAt),
    ...repeats(list, at),
    ...repeats(failures, failuresAt),
    ...failures.flatMap((c, i) =>
      list.includes(c) ? [invalid(failuresAt.index(i), c, 'bindingFailureConditions must not overlap with bindingConditions')] : [],
    ),
    ...(list.length === 0 && failures.length > 0
      ? [invalid(at, null, 'bindingConditions are required to use bindingFailureConditions')]
      : []),
    ...(failures.length === 0 && list.length > 0
      ? [invalid(failuresAt, null, 'bindingFailureConditions are required to use bindingConditions')]
      : []),
  ];
}
