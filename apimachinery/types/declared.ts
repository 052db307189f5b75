/**
 * Types that no generated table knows: their author writes the schema as a CustomResourceDefinition's would be written. Neighbours: ./type.ts, the handles of generated types; ../schema/openapi-compile.ts, which makes the schema.
 */
import type { GroupVersionKind } from '../meta.ts';
import { setSchemaDefaults } from '../schema/defaults.ts';
import type { Struct } from '../schema/model.ts';
import { compileCustomResource } from '../schema/openapi-compile.ts';
import type { JSONSchemaProps } from './apiextensions.gen.ts';
import type { ResourceType } from './type.ts';

/** Structure, texts and defaults. What a value must be is code (a strategy's `validate`), as of every generated type: `required` and `enum` only document it. */
export interface Shape extends Pick<JSONSchemaProps, 'description' | 'default' | 'nullable' | 'format' | 'required' | 'enum' | 'x-kubernetes-int-or-string' | 'x-kubernetes-list-map-keys' | 'x-kubernetes-list-type' | 'x-kubernetes-map-type' | 'x-kubernetes-preserve-unknown-fields'> {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly additionalProperties?: Shape;
}

export interface TypeDeclaration<T> extends GroupVersionKind {
  readonly plural: string;
  /** Default: the kind in lower case. */
  readonly singular?: string;
  readonly namespaced: boolean;
  /** Of everything but apiVersion, kind and metadata, which are implied. Descriptions are what `kubectl explain` says; defaults are applied. */
  readonly schema: Shape;
  /** Defaults that depend on other fields, after those of the schema. Must be idempotent. */
  setDefaults?(obj: T): void;
}

/** The handle of a declared type. */
export interface DeclaredType<T> extends ResourceType<T> {
  readonly documentation: JSONSchemaProps;
  setDefaults(obj: T): void;
}

/** The schema is compiled on first use. Such a type is written in JSON and YAML; it has no protobuf and no strategic merge. */
export function declareType<T>(declaration: TypeDeclaration<T>): DeclaredType<T> {
  const { group, version, kind, plural, namespaced } = declaration;
  let compiled: Struct | undefined;
  const schema = (): Struct => (compiled ??= compileCustomResource(declaration.schema as JSONSchemaProps));
  return {
    typeName: [...group.split('.').reverse(), version, kind].join('.'),
    gvk: { group, version, kind },
    plural,
    singular: declaration.singular ?? kind.toLowerCase(),
    namespaced,
    documentation: declaration.schema as JSONSchemaProps,
    get schema() {
      return schema();
    },
    setDefaults(obj) {
      setSchemaDefaults(schema(), obj);
      declaration.setDefaults?.(obj);
    },
  };
}

export function isDeclared<T>(type: ResourceType<T>): type is DeclaredType<T> {
  return 'documentation' in type;
}
