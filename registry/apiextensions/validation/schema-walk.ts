/** The schemas within a schema. Behaves like upstream apiextensions/validation SchemaHas. */
import type { CustomResourceDefinitionSpec, JSONSchemaProps } from '../../../apimachinery/types/apiextensions.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';

export type Schema = DeepReadonly<JSONSchemaProps>;
export type Spec = DeepReadonly<CustomResourceDefinitionSpec>;
type Maybe = Schema | boolean | readonly string[] | undefined;

const isSchema = (value: Maybe): value is Schema => typeof value === 'object' && !Array.isArray(value);

/** `items` as one schema; the forbidden list of them is `itemList`. */
export const itemSchema = ({ items }: Schema): Schema | undefined => (isSchema(items as Maybe) ? (items as Schema) : undefined);
export const itemList = ({ items }: Schema): readonly Schema[] => (Array.isArray(items) ? (items as readonly Schema[]) : []);
export const schemaIn = (value: Schema | boolean | undefined): Schema | undefined => (isSchema(value) ? value : undefined);

/** Entries with the names in order: Go would tell them in any. */
export const entries = <T>(map: Readonly<Record<string, T>> | undefined): [string, T][] => Object.entries(map ?? {});

const parts = (s: Schema): Maybe[] => [
  itemSchema(s),
  ...itemList(s),
  ...(s.allOf ?? []),
  ...(s.anyOf ?? []),
  ...(s.oneOf ?? []),
  s.not,
  ...Object.values(s.properties ?? {}),
  s.additionalProperties,
  ...Object.values(s.patternProperties ?? {}),
  s.additionalItems,
  ...Object.values(s.definitions ?? {}),
  ...Object.values(s.dependencies ?? {}),
];

export function* schemasWithin(schema: Schema): Generator<Schema> {
  yield schema;
  for (const part of parts(schema)) if (isSchema(part)) yield* schemasWithin(part);
}

/** The schemas of all versions. */
export function rootSchemas(spec: Spec): Schema[] {
  return (spec.versions ?? []).flatMap((v) => v.schema?.openAPIV3Schema ?? []);
}

export function anySchema(spec: Spec, test: (schema: Schema) => boolean): boolean {
  return rootSchemas(spec).some((root) => [...schemasWithin(root)].some(test));
}
