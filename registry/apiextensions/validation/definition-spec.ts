/** The spec of definitions. Behaves like upstream apiextensions/validation/validation.go. */
import { invalid, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { oneOf } from '../../core/validation/fields.ts';
import { isDNS1035Label, isDNS1123Subdomain } from '../../core/validation/format.ts';
import { conversionErrors, type ConversionOptions } from './conversion.ts';
import { goVersion, internalSpec, type InternalSpec, type Version } from './internal-form.ts';
import { namesErrors, requiredNames } from './names.ts';
import { versionSchemaErrors, type VersionSchemaOptions } from './schema.ts';
import { anySchema, type Schema, type Spec } from './schema-walk.ts';
import { columnErrors, deprecationErrors, selectableErrors, subresourceErrors } from './version.ts';

/** What an older definition may keep. */
export interface SpecOptions extends Omit<VersionSchemaOptions, 'mayBeCostly'>, ConversionOptions {
  /** Versions whose schema is as it was. */
  readonly unchanged: ReadonlySet<string>;
  readonly requireSchema: boolean;
  /** Versions that had too many selectable fields before, unchanged; '': all. */
  readonly manySelectable: ReadonlySet<string>;
}

export function specErrors(spec: Spec, path: Path, given: SpecOptions): FieldError[] {
  const internal = internalSpec(spec);
  const hasDefaults = anySchema(spec, (s) => s.default !== undefined && s.default !== null);
  const requireStructural = given.requireStructural || !spec.preserveUnknownFields || hasDefaults || anySchema(spec, hasExtensions);
  const options = { ...given, requireStructural };
  const preserves = spec.preserveUnknownFields === true;
  return [
    ...groupErrors(spec.group, path.child('group')),
    ...oneOf(spec.scope, ['Cluster', 'Namespaced'], path.child('scope')),
    ...missingSchemas(spec, internal, path, options),
    ...(hasDefaults && preserves
      ? [invalid(path.child('preserveUnknownFields'), true, 'must be false in order to use defaults in the schema')]
      : []),
    ...internal.versions.flatMap((v, i) => versionErrors(v, internal, path.child('versions').index(i), options)),
    ...versionListErrors(internal, path),
    ...requiredNames(spec.names, path.child('names')),
    ...namesErrors(spec.names, path.child('names')),
    ...sharedErrors(internal, path, options),
    ...(preserves && spec.conversion && spec.conversion.strategy !== 'None'
      ? [
          invalid(
            path.child('conversion').child('strategy'),
            spec.conversion.strategy,
            'must be None if spec.preserveUnknownFields is true',
          ),
        ]
      : []),
    ...conversionErrors(spec.conversion, path.child('conversion'), options),
  ];
}

const hasExtensions = (s: Schema): boolean =>
  s['x-kubernetes-embedded-resource'] === true ||
  s['x-kubernetes-preserve-unknown-fields'] !== undefined ||
  s['x-kubernetes-int-or-string'] === true ||
  (s['x-kubernetes-list-map-keys']?.length ?? 0) > 0 ||
  s['x-kubernetes-list-type'] !== undefined ||
  (s['x-kubernetes-validations']?.length ?? 0) > 0;

function groupErrors(group: string, path: Path): FieldError[] {
  if (!group) return [required(path)];
  const problems = isDNS1123Subdomain(group);
  if (problems.length > 0) return [invalid(path, group, problems.join(','))];
  return group.includes('.') ? [] : [invalid(path, group, 'should be a domain with at least one dot')];
}

function missingSchemas(spec: Spec, { shared, versions }: InternalSpec, path: Path, { requireSchema }: SpecOptions): FieldError[] {
  if (shared.schema?.openAPIV3Schema || (!requireSchema && spec.preserveUnknownFields)) return [];
  return versions.flatMap((v, i) => {
    if (v.schema?.openAPIV3Schema) return [];
    const at = path.child('versions').index(i).child('schema', 'openAPIV3Schema');
    if (requireSchema) return [required(at)];
    return v.served ? [required(at, 'because otherwise all fields are pruned')] : [];
  });
}

function versionErrors(v: Version, { shared }: InternalSpec, path: Path, options: SpecOptions): FieldError[] {
  const problems = isDNS1035Label(v.name);
  const hasStatus = (v.subresources ?? shared.subresources)?.status !== undefined;
  return [
    ...(problems.length > 0 ? [invalid(path.child('name'), v.name, problems.join(','))] : []),
    ...deprecationErrors(v, path),
    ...versionSchemaErrors(v.schema, hasStatus, path.child('schema'), { ...options, mayBeCostly: options.unchanged.has(v.name) }),
    ...(v.subresources ? subresourceErrors(v.subresources, path.child('subresources')) : []),
    ...columnErrors(v.additionalPrinterColumns, path),
    ...ownSelectable(v, path, options),
  ];
}

function ownSelectable(v: Version, path: Path, { manySelectable }: SpecOptions): FieldError[] {
  const fields = v.selectableFields ?? [];
  if (fields.length === 0) return [];
  const at = path.child('selectableFields');
  const schema = v.schema?.openAPIV3Schema;
  if (!schema) return [invalid(at, '', 'may only be set when `version.schema.openAPIV3Schema` is not included')];
  return selectableErrors(fields, schema, at, manySelectable.has(v.name));
}

function versionListErrors({ versions }: InternalSpec, path: Path): FieldError[] {
  const at = path.child('versions');
  const names = versions.map((v) => v.name);
  const [first] = names;
  const problems = first ? isDNS1035Label(first) : [];
  const say = (detail: string): FieldError => invalid(at, versions.length > 0 ? versions.map(goVersion) : null, detail);
  return [
    ...(new Set(names).size < names.length ? [say('must contain unique version names')] : []),
    ...(versions.filter((v) => v.storage).length === 1 ? [] : [say('must have exactly one version marked as storage version')]),
    ...(problems.length > 0 ? [invalid(path.child('version'), first, problems.join(','))] : []),
  ];
}

/** What all versions say alike is judged once. */
function sharedErrors({ shared, versions }: InternalSpec, path: Path, options: SpecOptions): FieldError[] {
  const hasStatus = [shared, ...versions].some((v) => v.subresources?.status !== undefined);
  const fields = shared.selectableFields ?? [];
  const schema = shared.schema?.openAPIV3Schema;
  const at = path.child('selectableFields');
  return [
    ...versionSchemaErrors(shared.schema, hasStatus, path.child('validation'), { ...options, mayBeCostly: options.unchanged.has(versions[0]?.name ?? '') }),
    ...(shared.subresources ? subresourceErrors(shared.subresources, path.child('subresources')) : []),
    ...columnErrors(shared.additionalPrinterColumns, path),
    ...(fields.length > 0 && !schema ? [invalid(at, '', 'may only be set when validations.schema is included')] : []),
    ...(fields.length > 0 && schema ? selectableErrors(fields, schema, at, options.manySelectable.has('')) : []),
  ];
}
