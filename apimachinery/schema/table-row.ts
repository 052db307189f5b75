/** The shape of a row of table.gen.ts. Letters keep the table small: it is read at every start. */

export interface FieldRow {
  /** JSON name. */
  n: string;
  /** Type: a scalar, `[]T`, `map[string]T` or the name of a struct. */
  t: string;
  /** Pointer. */
  p?: 1;
  /** Omit: 'n' never, 'z' when zero; absent: when empty. */
  o?: 'n' | 'z';
  /** Protobuf number. */
  b?: number;
  /** Protobuf: within nested messages of these numbers, outermost first. */
  w?: number[];
  /** Go's names of the embedded structs in which the field stands, dot-separated. */
  ge?: string;
  /** Go's name of the field's type, where `t` does not tell. */
  gt?: string;
  /** Protobuf: the list is a message { items = 1 }. */
  x?: 1;
  /** Patch strategies, comma-separated, and merge key. */
  ps?: string;
  pk?: string;
  /** OpenAPI: required. */
  r?: 1;
  /** List type, list map keys, map type. */
  l?: string;
  k?: string[];
  m?: string;
  /** OpenAPI's default and enum of the field, of its elements, and of its elements' elements. */
  d?: unknown;
  e?: string[];
  id?: unknown;
  ie?: string[];
  iid?: unknown;
  /** Format of the elements, where it is not implied by the type. */
  if?: string;
}

export interface TypeRow {
  f: FieldRow[];
  /** Map type of the struct. */
  m?: string;
  /** x-kubernetes-unions. */
  u?: unknown[];
  /** OpenAPI's group-version-kinds. */
  g?: { group: string; version: string; kind: string }[];
  /** Appears in the OpenAPI documents. */
  s?: 1;
}
