/** The syntax tree of a CEL expression: ./parser.ts makes it, ./checker.ts finds its types, ./program.ts evaluates it. Positions are offsets in the expression, in code units. */
import type { Overload } from './signatures.ts';
import type { CelType } from './types.ts';

/** A mistake in an expression. */
export interface Issue {
  readonly position: number;
  readonly message: string;
}

export type Literal = null | boolean | string | number | bigint | Uint8Array;

interface At {
  readonly position: number;
  /** Found by the checker; undefined before. */
  type?: CelType;
}

export interface LiteralExpr extends At {
  readonly kind: 'literal';
  readonly of: 'null_type' | 'bool' | 'int' | 'uint' | 'double' | 'string' | 'bytes';
  readonly value: Literal;
}

export interface IdentExpr extends At {
  readonly kind: 'ident';
  readonly name: string;
}

export interface SelectExpr extends At {
  readonly kind: 'select';
  readonly operand: Expr;
  readonly field: string;
  /** has(operand.field) */
  readonly isTest: boolean;
  /** operand.?field */
  readonly isOptional: boolean;
  /** Found by the checker: the whole is one name, as `authorizer.requestResource` is. */
  isName?: boolean;
}

export interface CallExpr extends At {
  readonly kind: 'call';
  readonly target: Expr | undefined;
  readonly function: string;
  readonly args: readonly Expr[];
  /** Found by the checker: those that may fit. */
  overloads?: readonly Overload[];
}

export interface ListExpr extends At {
  readonly kind: 'list';
  readonly elements: readonly { readonly value: Expr; readonly isOptional: boolean }[];
}

export interface MapExpr extends At {
  readonly kind: 'map';
  readonly entries: readonly { readonly key: Expr; readonly value: Expr; readonly isOptional: boolean }[];
}

/** A message: T{field: value}. */
export interface StructExpr extends At {
  readonly kind: 'struct';
  readonly name: string;
  readonly fields: readonly { readonly field: string; readonly value: Expr; readonly isOptional: boolean; readonly position: number }[];
}

/** What macros become: a loop over `range` that carries one value. */
export interface FoldExpr extends At {
  readonly kind: 'fold';
  readonly range: Expr;
  /** One name: elements of a list, keys of a map. Two: index and element, key and value. */
  readonly variables: readonly string[];
  readonly accumulator: string;
  readonly init: Expr;
  readonly condition: Expr;
  readonly step: Expr;
  readonly result: Expr;
}

/** Those directly below. */
export function children(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case 'literal':
    case 'ident':
      return [];
    case 'select':
      return [e.operand];
    case 'call':
      return [...(e.target ? [e.target] : []), ...e.args];
    case 'list':
      return e.elements.map(({ value }) => value);
    case 'map':
      return e.entries.flatMap(({ key, value }) => [key, value]);
    case 'struct':
      return e.fields.map(({ value }) => value);
    case 'fold':
      return [e.range, e.init, e.condition, e.step, e.result];
  }
}

export type Expr = LiteralExpr | IdentExpr | SelectExpr | CallExpr | ListExpr | MapExpr | StructExpr | FoldExpr;
