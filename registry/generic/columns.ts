/** Joins the cells that a resource declares with the recorded columns of its Table form. Behaves like upstream pkg/printers and apiserver/pkg/registry/rest/table.go. */
import type { ApiObject, Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly, ResourceType } from '../../apimachinery/types/type.ts';
import { apiVersionOf } from '../../apimachinery/meta.ts';
import { COLUMN_TEXTS, SCALE_TEXTS, TABLE_COLUMNS } from './columns.gen.ts';
import type { Column, RowCondition } from './definition.ts';
import { translateTimestampSince } from './duration.ts';

/** The value of one column; `now` in milliseconds. */
export interface Cell<T extends ApiObject = Obj> {
  readonly name: string;
  cell(obj: DeepReadonly<T>, now: number): unknown;
  /** A further cell, which no column names. */
  extra?(obj: DeepReadonly<T>, now: number): unknown;
  /** Rows stand in the order of this column's numbers. */
  readonly ordersRows?: boolean;
  /** What the whole row is marked as. */
  conditions?(obj: DeepReadonly<T>): readonly RowCondition[];
  /** Of a column that was not recorded: the type is not upstream's. */
  readonly declared?: ColumnDeclaration;
}

export interface ColumnDeclaration {
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  /** 0 (default): in every table; above: in wide ones. */
  readonly priority?: number;
  readonly description?: string;
}

/** A cell by its column's name. Name and Age need none. `declared`: what the column is, where it was not recorded. */
export function column<T extends ApiObject>(name: string, cell: (obj: DeepReadonly<T>, now: number) => unknown, declared?: ColumnDeclaration): Cell<T> {
  return { name, cell, ...(declared && { declared }) };
}

const nameCell: Cell = { name: 'Name', cell: (obj) => (obj.metadata as { readonly name?: string }).name ?? '' };
const ageCell: Cell = { name: 'Age', cell: (obj, now) => translateTimestampSince(obj.metadata.creationTimestamp, now) };
const createdAtCell: Cell = { name: 'Created At', cell: (obj) => obj.metadata.creationTimestamp };

const textOf = (table: string, column: string): string => COLUMN_TEXTS[TABLE_COLUMNS[table]?.find(([name]) => name === column)?.[4] ?? -1] ?? '';

/** The columns of a resource without its own. */
export const DEFAULT_COLUMNS: readonly Column[] = [
  { ...nameCell, type: 'string', format: 'name', priority: 0, description: textOf('v1/configmaps', 'Name') },
  { ...createdAtCell, type: 'date', format: '', priority: 0, description: textOf('v1/configmaps', 'Age') },
];

const SCALE_CELLS: readonly (Cell & { readonly type: string })[] = [
  { ...nameCell, type: 'string' },
  { name: 'Desired', type: 'integer', cell: (obj) => replicasIn(obj['spec']) },
  { name: 'Available', type: 'integer', cell: (obj) => replicasIn(obj['status']) },
  { ...ageCell, type: 'string' },
];
const replicasIn = (part: unknown): number => (part as { replicas?: number } | undefined)?.replicas ?? 0;

/** The columns of autoscaling/v1 Scale, which has no collection of its own. */
export const SCALE_COLUMNS: readonly Column[] = SCALE_CELLS.map((c) => ({ ...c, format: '', priority: 0, description: COLUMN_TEXTS[SCALE_TEXTS.find(([name]) => name === c.name)?.[1] ?? -1] ?? '' }));

/** Name, the declared ones, Age. */
function declaredColumns(key: string, cells: readonly Cell[]): readonly Column[] {
  const own = cells.map(({ name, cell, declared }): Column => {
    if (!declared) throw new Error(`${key}: the column ${name} was not recorded and is not declared`);
    return { name, cell, type: declared.type, format: declared.format ?? '', priority: declared.priority ?? 0, description: declared.description ?? '' };
  });
  const age: Column = { ...ageCell, type: 'string', format: '', priority: 0, description: textOf('v1/configmaps', 'Age') };
  return [...DEFAULT_COLUMNS.slice(0, 1), ...own, age];
}

/**
 * The columns of a built-in, in recorded order. Throws for a cell whose column was not recorded, and for a recorded column without a cell
 * when cells are declared at all.
 */
export function columnsOf(type: ResourceType<unknown>, cells: readonly Cell[]): readonly Column[] {
  const key = `${apiVersionOf(type.gvk)}/${type.plural}`;
  const recorded = TABLE_COLUMNS[key];
  if (!recorded) return cells.length === 0 ? DEFAULT_COLUMNS : declaredColumns(key, cells);
  const byName = new Map([nameCell, ageCell, createdAtCell, ...cells].map((c) => [c.name, c]));
  const stray = cells.find((c) => !recorded.some(([name]) => name === c.name));
  if (stray) throw new Error(`${key}: no column is named ${stray.name}`);
  const missing = recorded.filter(([name]) => !byName.has(name)).map(([name]) => name);
  if (missing.length > 0 && cells.length > 0) throw new Error(`${key}: no cell for the columns ${missing.join(', ')}`);
  return recorded.flatMap(([name, type_, format, priority, text]) => {
    const cell = byName.get(name);
    return cell ? [{ ...cell, type: type_, format, priority, description: COLUMN_TEXTS[text] ?? '' }] : [];
  });
}
