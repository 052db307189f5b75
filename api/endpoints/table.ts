/** The Table form: what kubectl get prints. Behaves like upstream apiserver/pkg/endpoints/handlers/response.go (asTable). */
import { StatusError, newBadRequest } from '../../apimachinery/errors.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { Path, invalid } from '../../apimachinery/validation/field.ts';
import type { Authenticated } from '../../registry/generic/context.ts';
import type { Column } from '../../registry/generic/definition.ts';
import { partialMetadata } from './forms.ts';

export interface TableOptions {
  readonly includeObject: 'Metadata' | 'Object' | 'None';
  /** Every table of a watch but the first; no query asks for it. */
  readonly noHeaders: boolean;
  /** Of meta.k8s.io. */
  readonly version: string;
  /** The resource version's internalAnnotations. */
  readonly without?: readonly string[] | undefined;
}

export function tableOptions(request: Authenticated, version: string): TableOptions {
  const asked = request.info.query.get('includeObject') ?? '';
  if (asked !== '' && asked !== 'None' && asked !== 'Metadata' && asked !== 'Object') {
    const error = invalid(Path.of('includeObject'), asked, "must be 'Metadata', 'Object', 'None', or empty");
    throw newBadRequest(`Unable to convert to Table as requested: ${error.field}: ${error.message}`);
  }
  return { includeObject: asked === '' ? 'Metadata' : asked, noHeaders: false, version };
}

export interface ListMetaPart {
  readonly resourceVersion?: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** `now` in milliseconds. */
export function tableOf(columns: readonly Column[], objects: readonly DeepReadonly<Obj>[], meta: ListMetaPart, options: TableOptions, now: number): Obj {
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${options.version}`,
    metadata: meta,
    columnDefinitions: options.noHeaders ? null : columns.map(({ name, type, format, description, priority }) => ({ name, type, format, description, priority })),
    rows: isDefault(columns) && objects.length === 0 ? null : inOrder(columns, objects, now).map((object) => rowOf(columns, object, options, now)),
  } as unknown as Obj;
}

/** Upstream's default table has null for no rows. */
const isDefault = (columns: readonly Column[]): boolean => columns.some((c) => c.name === 'Created At');

function inOrder(columns: readonly Column[], objects: readonly DeepReadonly<Obj>[], now: number): readonly DeepReadonly<Obj>[] {
  const by = columns.find((c) => c.ordersRows);
  return by ? [...objects].sort((a, b) => Number(by.cell(a, now)) - Number(by.cell(b, now))) : objects;
}

function rowOf(columns: readonly Column[], object: DeepReadonly<Obj>, options: TableOptions, now: number): object {
  const cells: unknown[] = [];
  for (const column of columns) {
    cells.push(column.cell(object, now) ?? null);
    if (column.extra) cells.push(column.extra(object, now) ?? null);
  }
  const conditions = columns.flatMap((column) => column.conditions?.(object) ?? []);
  return { cells, ...(conditions.length > 0 && { conditions }), object: included(object, options) };
}

function included(object: DeepReadonly<Obj>, options: TableOptions): unknown {
  if (options.includeObject === 'None') return null;
  return options.includeObject === 'Object' ? object : partialMetadata(object, options.version, options.without);
}

export const newNoTable = (what: string): StatusError => new StatusError(406, 'NotAcceptable', `the resource ${what} does not support being converted to a Table`);
