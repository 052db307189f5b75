/** Validation of what every object has in common. Behaves like upstream apimachinery/pkg/api/validation/objectmeta.go. */
import type { ManagedFieldsEntry, ObjectMeta } from '../types/meta.gen.ts';
import type { DeepReadonly } from '../types/type.ts';
import { semanticDeepEqual } from '../equality.ts';
import { forbidden, invalid, required, tooLong, type FieldError, type Path } from './field.ts';
import { validateFieldManager } from './write-options.ts';
import { isQualifiedName } from './label.ts';
import { validateLabels } from './label-selector.ts';
import { byteLength } from './messages.ts';
import { validateNamespaceName, validateNonnegativeField, type ValidateName } from './names.ts';
import { validateOwnerReferences } from './owner-references.ts';

export const FIELD_IMMUTABLE = 'field is immutable';
export const TOTAL_ANNOTATION_SIZE_LIMIT = 256 * 1024;
const MAX_SUBRESOURCE_LENGTH = 256;

type Meta = DeepReadonly<ObjectMeta>;

/** On creation, after a name was generated. */
export function validateObjectMeta(meta: Meta, isNamespaced: boolean, validateName: ValidateName, path: Path, errors: FieldError[] = []): FieldError[] {
  const { name, generateName } = meta;
  if (generateName)
    for (const message of validateName(generateName, true)) errors.push(invalid(path.child('generateName'), generateName, message));
  if (!name) errors.push(required(path.child('name'), 'name or generateName is required'));
  else for (const message of validateName(name, false)) errors.push(invalid(path.child('name'), name, message));
  validateNamespace(meta.namespace ?? '', isNamespaced, path.child('namespace'), errors);
  validateNonnegativeField(meta.generation, path.child('generation'), errors);
  validateLabels(meta.labels, path.child('labels'), errors);
  validateAnnotations(meta.annotations, path.child('annotations'), errors);
  validateOwnerReferences(meta.ownerReferences, path.child('ownerReferences'), errors);
  validateFinalizers(meta.finalizers, path.child('finalizers'), errors);
  return validateManagedFields(meta.managedFields, path.child('managedFields'), errors);
}

function validateNamespace(namespace: string, isNamespaced: boolean, path: Path, errors: FieldError[]): void {
  if (!isNamespaced) {
    if (namespace !== '') errors.push(forbidden(path, 'not allowed on this type'));
  } else if (namespace === '') errors.push(required(path));
  else for (const message of validateNamespaceName(namespace, false)) errors.push(invalid(path, namespace, message));
}

const IMMUTABLE_FIELDS = ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp'] as const;

/** On update. */
export function validateObjectMetaUpdate(meta: Meta, old: Meta, path: Path, errors: FieldError[] = []): FieldError[] {
  validateObjectMetaChange(meta, old, path, errors);
  validateLabels(meta.labels, path.child('labels'), errors);
  validateAnnotations(meta.annotations, path.child('annotations'), errors);
  validateOwnerReferences(meta.ownerReferences, path.child('ownerReferences'), errors);
  return validateManagedFields(meta.managedFields, path.child('managedFields'), errors);
}

/** On update of what validateObjectMeta finds right: what may not differ from the old object. */
export function validateObjectMetaChange(meta: Meta, old: Meta, path: Path, errors: FieldError[] = []): FieldError[] {
  if (old.deletionTimestamp) validateNoNewFinalizers(meta.finalizers, old.finalizers, path.child('finalizers'), errors);
  if (!meta.resourceVersion)
    errors.push(invalid(path.child('resourceVersion'), meta.resourceVersion ?? '', 'must be specified for an update'));
  if ((meta.generation ?? 0) < (old.generation ?? 0))
    errors.push(invalid(path.child('generation'), meta.generation ?? 0, 'must not be decremented'));
  for (const field of IMMUTABLE_FIELDS) if (meta[field] !== old[field]) validateImmutableField(meta[field], old[field], path.child(field), errors);
  const grace = meta.deletionGracePeriodSeconds;
  if ((grace ?? undefined) !== (old.deletionGracePeriodSeconds ?? undefined)) errors.push(invalid(path.child('deletionGracePeriodSeconds'), grace, FIELD_IMMUTABLE));
  return errors;
}

export function validateImmutableField(value: unknown, old: unknown, path: Path, errors: FieldError[] = []): FieldError[] {
  if ((value || undefined) !== (old || undefined) && !semanticDeepEqual(value, old)) errors.push(invalid(path, value, FIELD_IMMUTABLE));
  return errors;
}

export function validateAnnotations(
  annotations: DeepReadonly<Record<string, string>> | undefined,
  path: Path,
  errors: FieldError[] = [],
): FieldError[] {
  let units = 0;
  for (const key in annotations) {
    for (const message of isQualifiedName(key.toLowerCase())) errors.push(invalid(path, key, message));
    units += key.length + (annotations[key] as string).length;
  }
  const mayBeTooLong = units * MAX_BYTES_PER_UNIT > TOTAL_ANNOTATION_SIZE_LIMIT;
  if (mayBeTooLong && sizeOf(annotations) > TOTAL_ANNOTATION_SIZE_LIMIT) errors.push(tooLong(path, TOTAL_ANNOTATION_SIZE_LIMIT));
  return errors;
}

/** Of UTF-8, for one unit of UTF-16. */
const MAX_BYTES_PER_UNIT = 3;

function sizeOf(map: DeepReadonly<Record<string, string>> | undefined): number {
  let size = 0;
  for (const key in map) size += byteLength(key) + byteLength(map[key] as string);
  return size;
}

export function validateFinalizerName(finalizer: string, path: Path, errors: FieldError[] = []): FieldError[] {
  for (const message of isQualifiedName(finalizer)) errors.push(invalid(path, finalizer, message));
  return errors;
}

export function validateFinalizers(finalizers: readonly string[] | undefined, path: Path, errors: FieldError[] = []): FieldError[] {
  if (!finalizers) return errors;
  for (const finalizer of finalizers) validateFinalizerName(finalizer, path, errors);
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion'))
    errors.push(invalid(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  return errors;
}

export function validateNoNewFinalizers(
  finalizers: readonly string[] | undefined,
  old: readonly string[] | undefined,
  path: Path,
  errors: FieldError[] = [],
): FieldError[] {
  const extra = [...new Set(finalizers ?? [])].filter((finalizer) => !old?.includes(finalizer)).sort();
  if (extra.length === 0) return errors;
  const listed = extra.map((finalizer) => JSON.stringify(finalizer)).join(', ');
  errors.push(forbidden(path, `no new finalizers can be added if the object is being deleted, found new finalizers []string{${listed}}`));
  return errors;
}

export function validateManagedFields(entries: DeepReadonly<ManagedFieldsEntry[]> | undefined, path: Path, errors: FieldError[] = []): FieldError[] {
  if (entries) for (let i = 0; i < entries.length; i++) validateManagedFieldsEntry(entries[i] as DeepReadonly<ManagedFieldsEntry>, path.index(i), errors);
  return errors;
}

function validateManagedFieldsEntry(entry: DeepReadonly<ManagedFieldsEntry>, path: Path, errors: FieldError[]): void {
  const { operation = '', fieldsType = '', manager = '', subresource = '' } = entry;
  if (operation !== 'Apply' && operation !== 'Update')
    errors.push(invalid(path.child('operation'), operation, 'must be `Apply` or `Update`'));
  if (fieldsType !== '' && fieldsType !== 'FieldsV1') errors.push(invalid(path.child('fieldsType'), fieldsType, 'must be `FieldsV1`'));
  validateFieldManager(manager, path.child('manager'), errors);
  if (byteLength(subresource) > MAX_SUBRESOURCE_LENGTH) errors.push(tooLong(path.child('subresource'), MAX_SUBRESOURCE_LENGTH));
}
