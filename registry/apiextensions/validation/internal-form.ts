/** Definitions as upstream's internal types have them: what all versions say alike stands once; messages print Go's names. Behaves like upstream apiextensions/v1/conversion.go. */
import type { CustomResourceDefinitionVersion, ValidationRule } from '../../../apimachinery/types/apiextensions.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { semanticEqual } from '../../core/equality.ts';
import { itemList, itemSchema, schemaIn, type Schema, type Spec } from './schema-walk.ts';

export type Version = DeepReadonly<CustomResourceDefinitionVersion>;
type Shared = Pick<Version, 'schema' | 'subresources' | 'additionalPrinterColumns' | 'selectableFields'>;
const SHARED = ['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields'] as const;

export interface InternalSpec {
  /** What all versions say alike; they do not say it themselves. */
  readonly shared: Shared;
  readonly versions: readonly Version[];
}

export function internalSpec(spec: Spec): InternalSpec {
  const versions = spec.versions ?? [];
  const [first] = versions;
  const alike = SHARED.filter((name) => first !== undefined && versions.every((v) => semanticEqual(v[name], first[name])));
  const isAlike = (name: string): boolean => (alike as readonly string[]).includes(name);
  return {
    shared: Object.fromEntries(Object.entries(first ?? {}).filter(([name]) => isAlike(name))) as Shared,
    versions: versions.map((v) => Object.fromEntries(Object.entries(v).filter(([name]) => !isAlike(name))) as unknown as Version),
  };
}

type Form = 'text' | 'flag' | 'plain' | 'schema' | 'schemas' | 'map' | 'items' | 'bool' | 'dependencies' | 'docs' | 'rules';

/** Go's members of a schema, in their order. */
export const MEMBERS: readonly (readonly [goName: string, name: keyof Schema, form: Form])[] = [
  ['ID', 'id', 'text'],
  ['Schema', '$schema', 'text'],
  ['Ref', '$ref', 'plain'],
  ['Description', 'description', 'text'],
  ['Type', 'type', 'text'],
  ['Nullable', 'nullable', 'flag'],
  ['Format', 'format', 'text'],
  ['Title', 'title', 'text'],
  ['Default', 'default', 'plain'],
  ['Maximum', 'maximum', 'plain'],
  ['ExclusiveMaximum', 'exclusiveMaximum', 'flag'],
  ['Minimum', 'minimum', 'plain'],
  ['ExclusiveMinimum', 'exclusiveMinimum', 'flag'],
  ['MaxLength', 'maxLength', 'plain'],
  ['MinLength', 'minLength', 'plain'],
  ['Pattern', 'pattern', 'text'],
  ['MaxItems', 'maxItems', 'plain'],
  ['MinItems', 'minItems', 'plain'],
  ['UniqueItems', 'uniqueItems', 'flag'],
  ['MultipleOf', 'multipleOf', 'plain'],
  ['Enum', 'enum', 'plain'],
  ['MaxProperties', 'maxProperties', 'plain'],
  ['MinProperties', 'minProperties', 'plain'],
  ['Required', 'required', 'plain'],
  ['Items', 'items', 'items'],
  ['AllOf', 'allOf', 'schemas'],
  ['OneOf', 'oneOf', 'schemas'],
  ['AnyOf', 'anyOf', 'schemas'],
  ['Not', 'not', 'schema'],
  ['Properties', 'properties', 'map'],
  ['AdditionalProperties', 'additionalProperties', 'bool'],
  ['PatternProperties', 'patternProperties', 'map'],
  ['Dependencies', 'dependencies', 'dependencies'],
  ['AdditionalItems', 'additionalItems', 'bool'],
  ['Definitions', 'definitions', 'map'],
  ['ExternalDocs', 'externalDocs', 'docs'],
  ['Example', 'example', 'plain'],
  ['XPreserveUnknownFields', 'x-kubernetes-preserve-unknown-fields', 'plain'],
  ['XEmbeddedResource', 'x-kubernetes-embedded-resource', 'flag'],
  ['XIntOrString', 'x-kubernetes-int-or-string', 'flag'],
  ['XListMapKeys', 'x-kubernetes-list-map-keys', 'plain'],
  ['XListType', 'x-kubernetes-list-type', 'plain'],
  ['XMapType', 'x-kubernetes-map-type', 'plain'],
  ['XValidations', 'x-kubernetes-validations', 'rules'],
];

type Docs = NonNullable<Schema['externalDocs']>;
const sorted = <T>(map: object, of: (value: T) => unknown): unknown =>
  Object.fromEntries(
    Object.entries(map as Readonly<Record<string, T>>)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, of(value)]),
  );
const orStrings = (value: Schema | readonly string[]): unknown =>
  Array.isArray(value) ? { Schema: null, Property: value } : { Schema: goSchema(value as Schema), Property: null };

const PRINT: Readonly<Record<Form, (value: never) => unknown>> = {
  text: (value: string | undefined) => value ?? '',
  flag: (value: boolean | undefined) => value ?? false,
  plain: (value: unknown) => value ?? null,
  schema: (value: Schema | undefined) => (value ? goSchema(value) : null),
  schemas: (value: readonly Schema[] | undefined) => value?.map(goSchema) ?? null,
  map: (value: Readonly<Record<string, Schema>> | undefined) => (value ? sorted(value, goSchema) : null),
  items: (value: Schema['items']) => (value === undefined ? null : goItems({ items: value })),
  bool: (value: Schema | boolean | undefined) =>
    value === undefined ? null : { Allows: value !== false, Schema: schemaIn(value) ? goSchema(value as Schema) : null },
  dependencies: (value: Schema['dependencies']) => (value ? sorted(value, orStrings) : null),
  docs: (value: Docs | undefined) => (value ? { Description: value.description ?? '', URL: value.url ?? '' } : null),
  rules: (value: Schema['x-kubernetes-validations']) => value?.map(goRule) ?? null,
};

export function goSchema(schema: Schema): Record<string, unknown> {
  return Object.fromEntries(MEMBERS.map(([goName, name, form]) => [goName, PRINT[form](schema[name] as never)]));
}

export function goItems(schema: Schema): unknown {
  const one = itemSchema(schema);
  const list = itemList(schema);
  return { Schema: one ? goSchema(one) : null, JSONSchemas: list.length > 0 ? list.map(goSchema) : null };
}

export function goRule(rule: DeepReadonly<ValidationRule>): unknown {
  return {
    Rule: rule.rule,
    Message: rule.message ?? '',
    MessageExpression: rule.messageExpression ?? '',
    Reason: rule.reason ?? null,
    FieldPath: rule.fieldPath ?? '',
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  };
}

export function goVersion(v: Version): unknown {
  return {
    Name: v.name,
    Served: v.served,
    Storage: v.storage,
    Deprecated: v.deprecated ?? false,
    DeprecationWarning: v.deprecationWarning ?? null,
    Schema: v.schema ? { OpenAPIV3Schema: v.schema.openAPIV3Schema ? goSchema(v.schema.openAPIV3Schema) : null } : null,
    Subresources: v.subresources ? goSubresources(v.subresources) : null,
    AdditionalPrinterColumns:
      v.additionalPrinterColumns?.map((c) => ({
        Name: c.name,
        Type: c.type,
        Format: c.format ?? '',
        Description: c.description ?? '',
        Priority: c.priority ?? 0,
        JSONPath: c.jsonPath,
      })) ?? null,
    SelectableFields: v.selectableFields?.map((f) => ({ JSONPath: f.jsonPath })) ?? null,
  };
}

function goSubresources({ status, scale }: NonNullable<Version['subresources']>): unknown {
  return {
    Status: status ? {} : null,
    Scale: scale
      ? {
          SpecReplicasPath: scale.specReplicasPath,
          StatusReplicasPath: scale.statusReplicasPath,
          LabelSelectorPath: scale.labelSelectorPath ?? null,
        }
      : null,
  };
}
