/** Names of custom resources. Behaves like upstream apiextensions/validation/validation.go. */
import type { CustomResourceDefinitionNames } from '../../../apimachinery/types/apiextensions.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { invalid, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { requiredText } from '../../core/validation/fields.ts';
import { isDNS1035Label } from '../../core/validation/format.ts';

type Names = DeepReadonly<CustomResourceDefinitionNames>;

export function requiredNames({ plural, singular, kind, listKind }: Names, path: Path): FieldError[] {
  return Object.entries({ plural, singular, kind, listKind }).flatMap(([member, value]) => requiredText(value, path.child(member)));
}

export function label(value: string | undefined, path: Path): FieldError[] {
  const problems = value ? isDNS1035Label(value) : [];
  return problems.length > 0 ? [invalid(path, value, problems.join(','))] : [];
}

function mixedCase(value: string | undefined, path: Path): FieldError[] {
  const problems = value ? isDNS1035Label(value.toLowerCase()) : [];
  return problems.length > 0 ? [invalid(path, value, `may have mixed case, but should otherwise match: ${problems.join(',')}`)] : [];
}

export function namesErrors(names: Names, path: Path): FieldError[] {
  const labels = (list: readonly string[] | undefined, at: Path): FieldError[] =>
    (list ?? []).flatMap((name, i) => {
      const problems = isDNS1035Label(name);
      return problems.length > 0 ? [invalid(at.index(i), name, problems.join(','))] : [];
    });
  return [
    ...label(names.plural, path.child('plural')),
    ...label(names.singular, path.child('singular')),
    ...mixedCase(names.kind, path.child('kind')),
    ...mixedCase(names.listKind, path.child('listKind')),
    ...labels(names.shortNames, path.child('shortNames')),
    ...(names.kind && names.kind === names.listKind
      ? [invalid(path.child('listKind'), names.listKind, 'kind and listKind may not be the same')]
      : []),
    ...labels(names.categories, path.child('categories')),
  ];
}
