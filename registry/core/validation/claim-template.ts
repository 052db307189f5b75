/** Claims and the templates of claims. Behaves like upstream pkg/apis/core/validation/validation.go (ValidatePersistentVolumeClaimSpec, ValidatePersistentVolumeClaimTemplate). */
import { parseQuantity } from '../../../apimachinery/quantity.ts';
import { wasGivenEmpty } from '../../../apimachinery/schema/emptied.ts';
import type {
  PersistentVolumeClaimSpec,
  PersistentVolumeClaimTemplate,
  TypedLocalObjectReference,
  TypedObjectReference,
} from '../../../apimachinery/types/core.gen.ts';
import { forbidden, invalid, notSupported, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { annotations, labels, labelSelector, requiredText } from './fields.ts';
import { each, isDNS1123Subdomain, nameIsDNSLabel, nameIsDNSSubdomain } from './format.ts';
import { resourceQuantity } from './resource-names.ts';

export interface ClaimOptions {
  readonly allowInvalidLabelValueInSelector?: boolean;
  readonly allowInvalidAPIGroup?: boolean;
}

export const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
export const VOLUME_MODES = ['Block', 'Filesystem'];

export function accessModes(modes: readonly string[] | undefined, path: Path, missing: string): FieldError[] {
  const list = modes ?? [];
  const errors = list.length === 0 ? [required(path, missing)] : [];
  errors.push(...list.filter((m) => !ACCESS_MODES.includes(m)).map((m) => notSupported(path, m, ACCESS_MODES)));
  return errors;
}

export function exclusiveAccessMode(modes: readonly string[] | undefined, path: Path): FieldError[] {
  const isMixed = modes?.includes('ReadWriteOncePod') && modes.some((m) => m !== 'ReadWriteOncePod' && ACCESS_MODES.includes(m));
  return isMixed ? [forbidden(path, 'may not use ReadWriteOncePod with other access modes')] : [];
}

function storageRequest(spec: PersistentVolumeClaimSpec, path: Path): FieldError[] {
  const text = spec.resources?.requests?.['storage'];
  const at = path.child('resources').key('storage');
  if (text === undefined) return [required(at)];
  return parseQuantity(text).sign() <= 0 ? [invalid(at, text, 'must be greater than zero')] : resourceQuantity('storage', text, at);
}

type Source = TypedLocalObjectReference | TypedObjectReference;

function dataSource(source: Source | undefined, path: Path, options: ClaimOptions): FieldError[] {
  if (!source) return [];
  const group = source.apiGroup ?? '';
  const errors = [...requiredText(source.name, path.child('name')), ...requiredText(source.kind, path.child('kind'))];
  if (group === '' && source.kind !== 'PersistentVolumeClaim')
    errors.push(invalid(path, source.kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"));
  if (group !== '' && !options.allowInvalidAPIGroup) errors.push(...each(path.child('apiGroup'), group, isDNS1123Subdomain(group)));
  const namespace = 'namespace' in source ? source.namespace : undefined;
  return namespace ? [...errors, ...each(path.child('namespace'), namespace, nameIsDNSLabel(namespace))] : errors;
}

function dataSourcesAgree({ dataSource: source, dataSourceRef: ref }: PersistentVolumeClaimSpec, path: Path): FieldError[] {
  if (!source || !ref) return [];
  if (ref.namespace) return [invalid(path, {}, 'may not be specified when dataSourceRef.namespace is specified')];
  const isEqual = source.apiGroup === ref.apiGroup && source.kind === ref.kind && source.name === ref.name;
  return isEqual ? [] : [invalid(path, {}, 'must match dataSourceRef')];
}

export const className = (name: string | undefined, path: Path): FieldError[] => (name ? each(path, name, nameIsDNSSubdomain(name)) : []);

export function validateClaimSpec(spec: PersistentVolumeClaimSpec, path: Path, options: ClaimOptions = {}): FieldError[] {
  const modes = path.child('accessModes');
  const [missing, unsupported] = [
    (spec.accessModes ?? []).length === 0,
    accessModes(spec.accessModes, modes, 'at least 1 access mode is required'),
  ];
  return [
    ...(missing ? unsupported : []),
    ...labelSelector(spec.selector, path.child('selector'), { allowInvalidLabelValue: options.allowInvalidLabelValueInSelector === true }),
    ...(missing ? [] : unsupported),
    ...exclusiveAccessMode(spec.accessModes, modes),
    ...storageRequest(spec, path),
    ...className(spec.storageClassName, path.child('storageClassName')),
    ...(spec.volumeMode !== undefined && !VOLUME_MODES.includes(spec.volumeMode)
      ? [notSupported(path.child('volumeMode'), spec.volumeMode, VOLUME_MODES)]
      : []),
    ...dataSource(spec.dataSource, path.child('dataSource'), options),
    ...dataSource(spec.dataSourceRef, path.child('dataSourceRef'), options),
    ...dataSourcesAgree(spec, path),
    ...className(spec.volumeAttributesClassName, path.child('volumeAttributesClassName')),
  ];
}

/** All of metadata but labels and annotations, in upstream's order. */
const UNWANTED = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'ownerReferences',
  'finalizers',
  'managedFields',
] as const;

/** Upstream makes the path of the Go field's name. */
const pathName = (field: string): string => (field === 'uid' ? 'uID' : field);

/** Only labels and annotations may stand in the metadata of a template. */
export function templateMetadata(metadata: PersistentVolumeClaimTemplate['metadata'] | undefined, path: Path): FieldError[] {
  if (!metadata) return [];
  const isSet = (field: (typeof UNWANTED)[number]): boolean => {
    const value = metadata[field];
    return wasGivenEmpty(metadata, field) || (value !== undefined && value !== null && value !== '');
  };
  return [
    ...annotations(metadata.annotations, path.child('annotations')),
    ...labels(metadata.labels, path.child('labels')),
    ...UNWANTED.filter(isSet).map((field) => forbidden(path.child(pathName(field)), 'cannot be set')),
  ];
}

export function validateClaimTemplate(template: PersistentVolumeClaimTemplate, path: Path, errors: FieldError[] = []): FieldError[] {
  errors.push(...templateMetadata(template.metadata, path.child('metadata')), ...validateClaimSpec(template.spec, path.child('spec')));
  return errors;
}
