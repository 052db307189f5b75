/** CustomResourceDefinitions. Behaves like upstream apiextensions/validation/validation.go. */
import type { CustomResourceDefinition } from '../../../apimachinery/types/apiextensions.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { invalid, Path, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { semanticEqual } from '../../core/equality.ts';
import { immutable } from '../../core/validation/fields.ts';
import { approvalErrors } from './approval.ts';
import { hasInvalidCABundle, hasKnownReviewVersion } from './conversion.ts';
import { hasUnknown } from './defaults.ts';
import { specErrors, type SpecOptions } from './definition-spec.ts';
import { internalSpec } from './internal-form.ts';
import { mapKeyErrors, nonAtomicItem } from './list-type.ts';
import { namesErrors } from './names.ts';
import { TYPES } from './openapi-schema.ts';
import { anySchema, rootSchemas, type Schema, type Spec } from './schema-walk.ts';
import { conversionProblem, structuralErrors } from './structural.ts';

type CRD = DeepReadonly<CustomResourceDefinition>;
const SPEC = Path.of('spec');
const STATUS = Path.of('status');
const MAX_SELECTABLE = 8;

const STRICT: SpecOptions = {
  requireSchema: true,
  requireKnownTypes: true,
  requireStructural: true,
  requirePrunedDefaults: true,
  requireAtomicSetType: true,
  requireMapKeys: true,
  requireKnownReviewVersion: true,
  /** A definition with a bad one does not become established. */
  requireValidCABundle: false,
  manySelectable: new Set(),
  unchanged: new Set(),
};

export function validateCustomResourceDefinition(crd: CRD): ErrorList {
  return [
    ...nameErrors(crd),
    ...specErrors(crd.spec, SPEC, STRICT),
    ...statusErrors(crd),
    ...storedVersionErrors(crd),
    ...approvalErrors(crd),
    ...preserveErrors(crd),
  ];
}

export function validateCustomResourceDefinitionUpdate(crd: CRD, old: CRD): ErrorList {
  const isEstablished = (old.status.conditions ?? []).some((c) => c.type === 'Established' && c.status === 'True');
  const { spec } = crd;
  return [
    ...specErrors(spec, SPEC, { ...updateOptions(crd, old.spec), requireValidCABundle: isEstablished && !hasInvalidCABundle(old.spec.conversion) }),
    ...(isEstablished ? immutable(spec.scope, old.spec.scope, SPEC.child('scope')) : []),
    ...(isEstablished ? immutable(spec.names.kind, old.spec.names.kind, SPEC.child('names', 'kind')) : []),
    ...immutable(spec.group, old.spec.group, SPEC.child('group')),
    ...immutable(spec.names.plural, old.spec.names.plural, SPEC.child('names', 'plural')),
    ...statusErrors(crd),
    ...storedVersionErrors(crd),
    ...approvalErrors(crd, old),
    ...(old.spec.preserveUnknownFields ? [] : preserveErrors(crd)),
  ];
}

export function validateCustomResourceDefinitionStatusUpdate(crd: CRD): ErrorList {
  return statusErrors(crd);
}

function nameErrors({ metadata, spec }: CRD): FieldError[] {
  const wanted = `${spec.names.plural}.${spec.group}`;
  return (['generateName', 'name'] as const).flatMap((member) => {
    const value = metadata[member];
    return value && value !== wanted ? [invalid(Path.of('metadata', member), value, 'must be spec.names.plural+"."+spec.group')] : [];
  });
}

const statusErrors = ({ status }: CRD): FieldError[] => namesErrors(status.acceptedNames, STATUS.child('acceptedNames'));

function storedVersionErrors({ spec, status }: CRD): FieldError[] {
  const stored = status.storedVersions ?? [];
  const path = STATUS.child('storedVersions');
  if (stored.length === 0) return [invalid(path, null, 'must have at least one stored version')];
  const versions = spec.versions ?? [];
  return [
    ...versions.flatMap((v) =>
      v.storage && !stored.includes(v.name) ? [invalid(path, stored, `must have the storage version ${v.name}`)] : [],
    ),
    ...stored.flatMap((name, i) => {
      if (versions.some((v) => v.name === name)) return [];
      const detail = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
      return [invalid(path.index(i), name, detail)];
    }),
  ];
}

function preserveErrors({ spec }: CRD): FieldError[] {
  if (!spec.preserveUnknownFields) return [];
  const detail = 'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
  return [invalid(SPEC.child('preserveUnknownFields'), true, detail)];
}

const hasUnknownType = (s: Schema): boolean => Boolean(s.type) && !TYPES.includes(s.type ?? '');
const hasUnprunedDefault = (s: Schema): boolean => s.default !== undefined && s.default !== null && hasUnknown(s);
const isNonStructural = (s: Schema): boolean => conversionProblem(s) !== undefined || structuralErrors(s, SPEC).length > 0;

/** What was wrong before may stay wrong. */
function updateOptions(crd: CRD, old: Spec): Omit<SpecOptions, 'requireValidCABundle'> {
  const isStructural = !rootSchemas(old).some(isNonStructural);
  return {
    requireSchema: (old.versions ?? []).every((v) => v.schema?.openAPIV3Schema !== undefined),
    requireKnownTypes: !anySchema(old, hasUnknownType),
    requireStructural: isStructural,
    requirePrunedDefaults: !isStructural || !anySchema(old, hasUnprunedDefault),
    requireAtomicSetType: !anySchema(old, (s) => nonAtomicItem(s) !== undefined),
    requireMapKeys: !anySchema(old, (s) => mapKeyErrors(s, SPEC).length > 0),
    requireKnownReviewVersion: hasKnownReviewVersion(old.conversion),
    manySelectable: manyBefore(crd.spec, old),
    unchanged: unchangedSchemas(crd.spec, old),
  };
}

function manyBefore(spec: Spec, old: Spec): ReadonlySet<string> {
  const now = selectableOf(spec);
  const before = selectableOf(old);
  const isKept = ([name, fields]: readonly [string, readonly unknown[]]): boolean =>
    fields.length > MAX_SELECTABLE && semanticEqual(fields, now.get(name));
  return new Set([...before].filter(isKept).map(([name]) => name));
}

/** Versions whose schema is as it was. */
function unchangedSchemas({ versions }: Spec, old: Spec): ReadonlySet<string> {
  const before = new Map((old.versions ?? []).map((v) => [v.name, v.schema?.openAPIV3Schema]));
  return new Set((versions ?? []).filter((v) => before.has(v.name) && semanticEqual(v.schema?.openAPIV3Schema, before.get(v.name))).map((v) => v.name));
}

function selectableOf(spec: Spec): Map<string, readonly unknown[]> {
  const { shared, versions } = internalSpec(spec);
  return new Map([['', shared.selectableFields ?? []], ...versions.map((v) => [v.name, v.selectableFields ?? []] as const)]);
}
