/** References to objects by group, kind and name. Behaves like upstream pkg/apis/networking/validation/validation.go (validateIngressTypedLocalObjectReference). */
import { required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { isValidPathSegmentName } from '../../../apimachinery/validation/names.ts';
import { dnsSubdomain } from '../../core/validation/fields.ts';
import { each } from '../../core/validation/format.ts';

export interface Reference {
  readonly apiGroup?: string | null;
  readonly kind?: string;
  readonly name?: string;
}

export const segment = (text: string | undefined, path: Path): FieldError[] =>
  text ? each(path, text, isValidPathSegmentName(text)) : [required(path)];

export function objectReference({ apiGroup, kind, name }: Reference, path: Path): FieldError[] {
  return [
    ...(apiGroup === undefined || apiGroup === null ? [] : dnsSubdomain(apiGroup, path.child('apiGroup'))),
    ...segment(kind, path.child('kind')),
    ...segment(name, path.child('name')),
  ];
}
