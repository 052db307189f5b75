/** What Go calls the types of the API, as its errors print them. */
import type { Field, Schema, Struct } from './model.ts';
import { SCALAR_READERS } from './scalars.ts';

const UNION_TYPES = {
  schemaOrBool: 'v1.JSONSchemaPropsOrBool',
  schemaOrArray: 'v1.JSONSchemaPropsOrArray',
  schemaOrStrings: 'v1.JSONSchemaPropsOrStringArray',
} as const;

/** `PodSpec`. */
export function goStructName(struct: Struct): string {
  return struct.name === undefined ? '' : struct.name.slice(struct.name.lastIndexOf('.') + 1);
}

/** `[]v1.Container`, `map[string]string`, `resource.Quantity`, where no name of its own is declared. */
export function goTypeOf(schema: Schema): string {
  switch (schema.kind) {
    case 'struct':
      return (schema.name ?? '').split('.').slice(-2).join('.');
    case 'list':
      return `[]${goTypeOf(schema.items)}`;
    case 'map':
      return `map[string]${goTypeOf(schema.values)}`;
    case 'scalar':
      return schema.is === 'fieldsV1' ? 'v1.FieldsV1' : SCALAR_READERS[schema.is].goType;
    case 'union':
      return UNION_TYPES[schema.name];
    case 'any':
      return 'runtime.RawExtension';
  }
}

export function goTypeOfField(field: Field): string {
  return field.go?.type ?? goTypeOf(field.schema);
}

/** The type of the elements of `[]v1.Capability` or `map[v1.ResourceName]resource.Quantity`; of a type with a name of its own, what the schema tells. */
export function goTypeOfElement(container: string, element: Schema): string {
  return /^(?:\[\]|map\[[^\]]*\])(.+)$/.exec(container)?.[1] ?? goTypeOf(element);
}
