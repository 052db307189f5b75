/** PersistentVolumeClaims. Behaves like upstream pkg/apis/core/validation/validation.go (ValidatePersistentVolumeClaim and its updates). */
import { parseQuantity } from '../../../apimachinery/quantity.ts';
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from '../../../apimachinery/types/core.gen.ts';
import {
  forbidden,
  invalid,
  notSupported,
  Path,
  required,
  type ErrorList,
  type FieldError,
} from '../../../apimachinery/validation/field.ts';
import { semanticEqual } from '../equality.ts';
import { validateClaimSpec, type ClaimOptions } from './claim-template.ts';
import { hasInvalidLabelValue, IMMUTABLE, immutable } from './fields.ts';
import { each, isDNS1123Subdomain, isQualifiedName } from './format.ts';
import { isNativeResource, resourceQuantity } from './resource-names.ts';
import { specDiff } from './spec-diff.ts';

const SPEC = Path.of('spec');
const STATUS = Path.of('status');
const STORAGE_CLASS = 'volume.beta.kubernetes.io/storage-class';

function options({ spec }: PersistentVolumeClaim): ClaimOptions {
  const groups = [spec.dataSource?.apiGroup, spec.dataSourceRef?.apiGroup];
  return {
    allowInvalidLabelValueInSelector: hasInvalidLabelValue(spec.selector),
    allowInvalidAPIGroup: groups.some((g) => g && isDNS1123Subdomain(g).length > 0),
  };
}

export const validateClaimCreate = ({ spec }: PersistentVolumeClaim): ErrorList => validateClaimSpec(spec, SPEC);

const annotationOf = (claim: PersistentVolumeClaim): string | undefined => claim.metadata.annotations?.[STORAGE_CLASS];

/** The class moved from the annotation to its field. */
function isClassMoved(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): boolean {
  const [before, now, name] = [annotationOf(old), annotationOf(claim), claim.spec.storageClassName];
  return before !== undefined && old.spec.storageClassName === undefined && name === before && (now === undefined || now === before);
}

function isClassFilled(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): boolean {
  const [before, name] = [annotationOf(old), claim.spec.storageClassName];
  return name !== undefined && old.spec.storageClassName === undefined && (before === undefined || name === before);
}

/** The new spec with everything put back that may change. */
function munged(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): PersistentVolumeClaimSpec {
  const spec = structuredClone(claim.spec);
  if (isClassMoved(claim, old) || isClassFilled(claim, old)) delete spec.storageClassName;
  if (claim.status.phase !== 'Bound') return spec;
  const size = old.spec.resources?.requests?.['storage'];
  if (spec.resources?.requests && size !== undefined) spec.resources.requests['storage'] = size;
  if (old.spec.volumeAttributesClassName === undefined) delete spec.volumeAttributesClassName;
  else spec.volumeAttributesClassName = old.spec.volumeAttributesClassName;
  return spec;
}

/** Quantities are compared by value. */
function sameSpec(a: PersistentVolumeClaimSpec, b: PersistentVolumeClaimSpec): boolean {
  const canonical = (s: PersistentVolumeClaimSpec): unknown => ({
    ...s,
    resources: Object.fromEntries(Object.entries(s.resources ?? {}).map(([k, list]) => [k, quantities(list)])),
  });
  return semanticEqual(canonical(a), canonical(b));
}

const quantities = (list: Readonly<Record<string, string>> | undefined): unknown =>
  Object.fromEntries(Object.entries(list ?? {}).map(([name, text]) => [name, String(parseQuantity(text).scaledValue(-9))]));

function specUpdate(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const before: PersistentVolumeClaimSpec = structuredClone(old.spec);
  if (!before.volumeName && claim.spec.volumeName) before.volumeName = claim.spec.volumeName;
  const next = munged(claim, old);
  if (sameSpec(next, before)) return [];
  return [
    forbidden(
      SPEC,
      `spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n${specDiff('PersistentVolumeClaimSpec', before, next)}`,
    ),
  ];
}

function sizeUpdate(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const size = (text: string | undefined) => parseQuantity(text ?? '0');
  const [next, before, actual] = [
    size(claim.spec.resources?.requests?.['storage']),
    size(old.spec.resources?.requests?.['storage']),
    size(old.status.capacity?.['storage']),
  ];
  const isTooSmall = next.cmp(before) < 0 && next.cmp(actual) <= 0;
  return isTooSmall ? [forbidden(SPEC.child('resources', 'requests', 'storage'), 'field can not be less than status.capacity')] : [];
}

function attributesUpdate({ spec }: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const name = spec.volumeAttributesClassName;
  if (name === old.spec.volumeAttributesClassName || old.status.currentVolumeAttributesClassName === undefined || name) return [];
  const to = name === undefined ? 'nil' : 'empty string';
  return [
    forbidden(
      SPEC.child('volumeAttributesClassName'),
      `update to ${to} is forbidden when status.currentVolumeAttributesClassName is not nil`,
    ),
  ];
}

function annotationUpdate(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const [next, before] = [annotationOf(claim) ?? '', annotationOf(old) ?? ''];
  return next === before || isClassMoved(claim, old) ? [] : [invalid(Path.of('metadata', 'annotations', STORAGE_CLASS), next, IMMUTABLE)];
}

export function validateClaimUpdate(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): ErrorList {
  const own = validateClaimSpec(claim.spec, SPEC, options(old));
  return [
    ...own,
    ...annotationUpdate(claim, old),
    ...specUpdate(claim, old),
    ...sizeUpdate(claim, old),
    ...immutable(claim.spec.volumeMode, old.spec.volumeMode, Path.of('volumeMode')),
    ...attributesUpdate(claim, old),
  ];
}

const RESIZE = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
].sort();

function resourceKey(name: string, path: Path): FieldError[] {
  const errors = each(path, name, isQualifiedName(name));
  if (errors.length > 0) return errors;
  return isNativeResource(name) && name !== 'storage' ? [notSupported(path, name, ['storage'])] : [];
}

function basic(text: string, path: Path): FieldError[] {
  const value = Number(parseQuantity(text).scaledValue(0));
  return value < 0 ? [invalid(path, value, 'must be a valid resource quantity')] : [];
}

function allocated(name: string, text: string, path: Path): FieldError[] {
  const errors = resourceKey(name, path);
  if (errors.length > 0) return errors;
  const wrong = basic(text, path.key(name));
  return wrong.length > 0 ? wrong : resourceQuantity('storage', text, path.key(name));
}

export function validateClaimStatusUpdate({ metadata, spec, status }: PersistentVolumeClaim): ErrorList {
  const [resize, resources] = [STATUS.child('allocatedResourceStatuses'), STATUS.child('allocatedResources')];
  return [
    ...(metadata.resourceVersion ? [] : [required(Path.of('resourceVersion'))]),
    ...((spec.accessModes ?? []).length > 0 ? [] : [required(Path.of('Spec', 'accessModes'))]),
    ...Object.entries(status.capacity ?? {}).flatMap(([name, text]) => basic(text, STATUS.child('capacity').key(name))),
    ...Object.entries(status.allocatedResourceStatuses ?? {}).flatMap(([name, state]) => [
      ...resourceKey(name, resize),
      ...(RESIZE.includes(state) ? [] : [notSupported(resize, name, RESIZE)]),
    ]),
    ...Object.entries(status.allocatedResources ?? {}).flatMap(([name, text]) => allocated(name, text, resources)),
  ];
}
