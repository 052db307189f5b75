/** ControllerRevisions. Behaves like upstream pkg/apis/apps/validation/validation.go (ValidateControllerRevision). */
import type { ControllerRevision } from '../../../apimachinery/types/apps.gen.ts';
import { Path, required, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { immutable, nonNegative } from '../../core/validation/fields.ts';

const DATA = Path.of('data');

function data(value: unknown): FieldError[] {
  if (value === undefined || value === null) return [required(DATA, 'data is mandatory')];
  return typeof value === 'object' && !Array.isArray(value) ? [] : [required(DATA, 'data must be a valid JSON object')];
}

const revision = (r: ControllerRevision): FieldError[] => nonNegative(Number(r.revision ?? 0), Path.of('revision'));

export const validateControllerRevision = (r: ControllerRevision): ErrorList => [...revision(r), ...data(r.data)];

export const validateControllerRevisionUpdate = (r: ControllerRevision, old: ControllerRevision): ErrorList => [
  ...revision(r),
  ...immutable(r.data, old.data, DATA),
];
