/**
 * The handles by which code names a built-in type: `core.Pod`, `apps.DeploymentSpec`. Values and types of the same name stand in the generated files of this folder.
 */
import { builtinStruct } from '../schema/builtin.ts';
import type { Struct } from '../schema/model.ts';
import type { GroupVersionKind } from '../group-version.ts';

/** A Go struct of the API. */
export interface StructType<T> {
  /** OpenAPI's name. */
  readonly typeName: string;
  /** Built on first use. */
  readonly schema: Struct;
  /** Never set: carries T for inference. */
  readonly __type?: T;
}

/** A type with kind and apiVersion that can stand alone in a request or an answer. */
export interface KindType<T> extends StructType<T> {
  readonly gvk: GroupVersionKind;
}

/** A kind that has a collection of its own in the API. */
export interface ResourceType<T> extends KindType<T> {
  readonly plural: string;
  readonly singular: string;
  readonly namespaced: boolean;
}

/** What may be handed in for creation: every field optional, nulls allowed; the server decodes and defaults it. */
export type Draft<T> = T extends readonly (infer U)[]
  ? readonly Draft<U>[]
  : T extends object
    ? { readonly [K in keyof T]?: Draft<T[K]> | null }
    : T;

/** What a lister or a reader returns: shared and frozen. */
export type DeepReadonly<T> = T extends readonly (infer U)[]
  ? readonly DeepReadonly<U>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

export function structType<T>(typeName: string): StructType<T> {
  return {
    typeName,
    get schema() {
      return builtinStruct(typeName);
    },
  };
}

export function kindType<T>(typeName: string, group: string, version: string, kind: string): KindType<T> {
  return {
    typeName,
    gvk: { group, version, kind },
    get schema() {
      return builtinStruct(typeName);
    },
  };
}

export function resourceType<T>(typeName: string, group: string, version: string, kind: string, plural: string, singular: string, namespaced: boolean): ResourceType<T> {
  return {
    typeName,
    gvk: { group, version, kind },
    plural,
    singular,
    namespaced,
    get schema() {
      return builtinStruct(typeName);
    },
  };
}
