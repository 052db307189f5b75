/**
 * The one schema model: a type as every interpreter sees it. Built-ins come from generated tables (./builtin.ts), a CRD's OpenAPI schema compiles into the same.
 * A graph, not a tree (JSONSchemaProps contains itself): interpreters memoise by node identity and tie cycles lazily.
 */

export type Schema = Struct | MapOf | ListOf | Scalar | Union | Anything;

export interface Node {
  readonly nullable?: boolean;
  /** OpenAPI's default, as JSON. For built-ins most are zero values that only mark fields that are always printed. */
  readonly default?: unknown;
}

export interface Struct extends Node {
  readonly kind: 'struct';
  /** OpenAPI's name: `io.k8s.api.core.v1.PodSpec`. Custom resources have none. */
  readonly name?: string;
  /** In the order in which JSON is written. */
  readonly fields: ReadonlyMap<string, Field>;
  /** What happens to fields that are not declared. A schema: additionalProperties beside properties. */
  readonly unknown: 'drop' | 'keep' | Schema;
  readonly merge: 'granular' | 'atomic';
  /** x-kubernetes-embedded-resource: apiVersion, kind and metadata are implied. */
  readonly embeddedResource?: boolean;
  /** x-kubernetes-unions of built-ins: only for the OpenAPI documents. */
  readonly unions?: readonly unknown[];
}

export interface MapOf extends Node {
  readonly kind: 'map';
  readonly values: Schema;
  readonly merge: 'granular' | 'atomic';
}

export interface ListOf extends Node {
  readonly kind: 'list';
  readonly items: Schema;
  readonly merge: 'atomic' | 'set' | { readonly keys: readonly string[] };
  /** False where no list type is declared (upstream then treats it as atomic, but does not print one). */
  readonly declared?: boolean;
}

export type ScalarKind =
  | 'string'
  | 'bool'
  | 'int32'
  | 'int64'
  | 'double'
  | 'bytes'
  | 'quantity'
  | 'time'
  | 'microTime'
  | 'duration'
  | 'intOrString'
  | 'fieldsV1';

export interface Scalar extends Node {
  readonly kind: 'scalar';
  readonly is: ScalarKind;
  /** OpenAPI's format, of a custom resource's text. */
  readonly format?: string;
}

/** JSONSchemaPropsOrBool, OrArray, OrStringArray: a value of one of several JSON shapes. In protobuf a message whose fields are the arms. */
export interface Union extends Node {
  readonly kind: 'union';
  readonly name: 'schemaOrBool' | 'schemaOrArray' | 'schemaOrStrings';
  readonly arms: readonly { readonly json: 'object' | 'array' | 'bool'; readonly schema: Schema; readonly protobuf: Protobuf }[];
}

/** RawExtension, JSON: anything. `raw`: in protobuf, a message { raw = 1 } that holds JSON. */
export interface Anything extends Node {
  readonly kind: 'any';
}

/** Whether a zero value is written: always; dropped when Go's omitempty would (empty scalars, lists, maps; never structs that are no pointers); dropped when zero (omitzero). */
export type Omit = 'never' | 'empty' | 'zero';

export interface Protobuf {
  /** The wire type follows from the schema: varint for bool and integers, fixed64 for double, else length-delimited. */
  readonly number: number;
  /** The field stands in nested messages of these numbers (embedded Go structs), outermost first. */
  readonly within?: readonly number[];
  /** A list as a map's value (or metav1.Verbs) is a message { items = 1 }. */
  readonly wrapped?: 'items';
}

/** How Go declares the field: decides which zero values are written, and how errors name it. */
export interface GoField {
  readonly pointer: boolean;
  readonly omit: Omit;
  /** Go's name of the type without pointers (`v1.ConditionStatus`, `[]types.UID`), where the schema does not tell. */
  readonly type?: string;
  /** The embedded structs in which the field stands (`RuleWithOperations.Rule`). */
  readonly embedded?: string;
}

export interface Field {
  readonly name: string;
  readonly schema: Schema;
  /** OpenAPI's `required`. */
  readonly required: boolean;
  /** Absent for custom resources: there a present value is written as it is. */
  readonly go?: GoField;
  readonly patch?: { readonly strategies: readonly ('merge' | 'replace' | 'retainKeys')[]; readonly mergeKey?: string };
  readonly protobuf?: Protobuf;
  /** Of apiVersion, kind and metadata of custom resources and of resources within them, whose types are known: what their schema's author says; null: nothing. */
  readonly declared?: Schema | null;
  /** OpenAPI's default of the field (stands on the field, because the schema of a struct is shared). */
  readonly default?: unknown;
  /** OpenAPI's enum, map type and list type where they stand on the field. */
  readonly enum?: readonly string[];
}

/** An interpreter compiles a schema once, memoised by node identity, and is then a plain function. */
export type Compiler<F extends (...args: never[]) => unknown> = (schema: Schema) => F;

/** Memoises a compiler by node identity. `compile` may call the returned function for children: a cycle is tied through a late-bound trampoline. */
export function memoised<F extends (...args: never[]) => unknown>(compile: (schema: Schema, recur: Compiler<F>) => F): Compiler<F> {
  const done = new Map<Schema, F>();
  const inProgress = new Set<Schema>();
  const recur: Compiler<F> = (schema) => {
    const known = done.get(schema);
    if (known) return known;
    if (inProgress.has(schema)) return ((...args: never[]) => (done.get(schema) as F)(...args)) as F;
    inProgress.add(schema);
    try {
      const made = compile(schema, recur);
      done.set(schema, made);
      return made;
    } finally {
      inProgress.delete(schema);
    }
  };
  return recur;
}
