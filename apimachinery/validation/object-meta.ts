/** Validation of what every object has in common. Behaves like upstream apimachinery/pkg/api/validation/objectmeta.go. */
import type { ManagedFieldsEntry, ObjectMeta } from '../types/meta.gen.ts';
import type { DeepReadonly } from '../types/type.ts';
import { semanticDeepEqual } from '../equality.ts';
import { forbidden, invalid, required, tooLong, type ErrorList, type FieldError, type Path } from './field.ts';
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
export function validateObjectMeta(meta: Meta, isNamespaced: boolean, validateName: ValidateName, path: Path): ErrorList {
  const { name, generateName } = meta;
  const errors: FieldError[] = [];
  if (generateName)
    for (const message of validateName(generateName, true)) errors.push(invalid(path.child('generateName'), generateName, message));
  if (!name) errors.push(required(path.child('name'), 'name or generateName is required'));
  else for (const message of validateName(name, false)) errors.push(invalid(path.child('name'), name, message));
  errors.push(
    ...namespaceErrors(meta.namespace ?? '', isNamespaced, path.child('namespace')),
    ...validateNonnegativeField(meta.generation, path.child('generation')),
    ...validateLabels(meta.labels, path.child('labels')),
    ...validateAnnotations(meta.annotations, path.child('annotations')),
    ...validateOwnerReferences(meta.ownerReferences, path.child('ownerReferences')),
    ...validateFinalizers(meta.finalizers, path.child('finalizers')),
    ...validateManagedFields(meta.managedFields, path.child('managedFields')),
  );
  return errors;
}

function namespaceErrors(namespace: string, isNamespaced: boolean, path: Path): ErrorList {
  if (!isNamespaced) return namespace === '' ? [] : [forbidden(path, 'not allowed on this type')];
  return namespace === '' ? [required(path)] : validateNamespaceName(namespace, false).map((message) => invalid(path, namespace, message));
}

const IMMUTABLE_FIELDS = ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp'] as const;

/** On update. */
export function validateObjectMetaUpdate(meta: Meta, old: Meta, path: Path): ErrorList {
  const errors: FieldError[] = [];
  if (old.deletionTimestamp) errors.push(...validateNoNewFinalizers(meta.finalizers, old.finalizers, path.child('finalizers')));
  if (!meta.resourceVersion)
    errors.push(invalid(path.child('resourceVersion'), meta.resourceVersion ?? '', 'must be specified for an update'));
  if ((meta.generation ?? 0) < (old.generation ?? 0))
    errors.push(invalid(path.child('generation'), meta.generation ?? 0, 'must not be decremented'));
  for (const field of IMMUTABLE_FIELDS) if (meta[field] !== old[field]) errors.push(...validateImmutableField(meta[field], old[field], path.child(field)));
  const grace = meta.deletionGracePeriodSeconds;
  if ((grace ?? undefined) !== (old.deletionGracePeriodSeconds ?? undefined)) errors.push(invalid(path.child('deletionGracePeriodSeconds'), grace, FIELD_IMMUTABLE));
  errors.push(
    ...validateLabels(meta.labels, path.child('labels')),
    ...validateAnnotations(meta.annotations, path.child('annotations')),
    ...validateOwnerReferences(meta.ownerReferences, path.child('ownerReferences')),
    ...validateManagedFields(meta.managedFields, path.child('managedFields')),
  );
  return errors;
}

export function validateImmutableField(value: unknown, old: unknown, path: Path): ErrorList {
  return (value || undefined) === (old || undefined) || semanticDeepEqual(value, old) ? [] : [invalid(path, value, FIELD_IMMUTABLE)];
}

export function validateAnnotations(annotations: DeepReadonly<Record<string, string>> | undefined, path: Path): ErrorList {
  const errors: FieldError[] = [];
  let size = 0;
  for (const key in annotations) {
    for (const message of isQualifiedName(key.toLowerCase())) errors.push(invalid(path, key, message));
    size += byteLength(key) + byteLength(annotations[key] as string);
  }
  if (size > TOTAL_ANNOTATION_SIZE_LIMIT) errors.push(tooLong(path, TOTAL_ANNOTATION_SIZE_LIMIT));
  return errors;
}

export function validateFinalizerName(finalizer: string, path: Path): ErrorList {
  return isQualifiedName(finalizer).map((message) => invalid(path, finalizer, message));
}

export function validateFinalizers(finalizers: readonly string[] | undefined, path: Path): ErrorList {
  const errors = (finalizers ?? []).flatMap((finalizer) => validateFinalizerName(finalizer, path));
  if (finalizers?.includes('orphan') && finalizers.includes('foregroundDeletion'))
    errors.push(invalid(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  return errors;
}

export function validateNoNewFinalizers(
  finalizers: readonly string[] | undefined,
  old: readonly string[] | undefined,
  path: Path,
): ErrorList {
  const extra = [...new Set(finalizers ?? [])].filter((finalizer) => !old?.includes(finalizer)).sort();
  if (extra.length === 0) return [];
  const listed = extra.map((finalizer) => JSON.stringify(finalizer)).join(', ');
  return [forbidden(path, `no new finalizers can be added if the object is being deleted, found new finalizers []string{${listed}}`)];
}

export function validateManagedFields(entries: DeepReadonly<ManagedFieldsEntry[]> | undefined, path: Path): ErrorList {
  return (entries ?? []).flatMap((entry, i) => managedFieldsEntryErrors(entry, path.index(i)));
}

function managedFieldsEntryErrors(entry: DeepReadonly<ManagedFieldsEntry>, path: Path): ErrorList {
  const errors: FieldError[] = [];
  const { operation = '', fieldsType = '', manager = '', subresource = '' } = entry;
  if (operation !== 'Apply' && operation !== 'Update')
    errors.push(invalid(path.child('operation'), operation, 'must be `Apply` or `Update`'));
  if (fieldsType !== '' && fieldsType !== 'FieldsV1') errors.push(invalid(path.child('fieldsType'), fieldsType, 'must be `FieldsV1`'));
  errors.push(...validateFieldManager(manager, path.child('manager')));
  if (byteLength(subresource) > MAX_SUBRESOURCE_LENGTH) errors.push(tooLong(path.child('subresource'), MAX_SUBRESOURCE_LENGTH));
  return errors;
}
