/** Columns of custom resources. Behaves like upstream apiextensions-apiserver/pkg/registry/customresource/tableconvertor. */
import type { CustomResourceColumnDefinition } from '../../apimachinery/types/apiextensions.gen.ts';
import { DEFAULT_COLUMNS } from '../../registry/generic/columns.ts';
import type { Column } from '../../registry/generic/definition.ts';
import { translateTimestampSince } from '../../registry/generic/duration.ts';
import { jsonPath, jsonPathText } from './json-path.ts';

const [NAME, CREATED] = DEFAULT_COLUMNS as readonly [Column, Column];
const AGE: CustomResourceColumnDefinition = { name: 'Age', type: 'date', description: CREATED.description, jsonPath: '.metadata.creationTimestamp' };

/** As a template prints null. */
const NO_VALUE = '<no value>';

export function printerColumns(declared: readonly CustomResourceColumnDefinition[] = []): readonly Column[] {
  return [NAME, ...(declared.length > 0 ? declared : [AGE]).map(columnOf)];
}

function columnOf(column: CustomResourceColumnDefinition): Column {
  const find = jsonPath(column.jsonPath);
  return {
    name: column.name,
    type: column.type,
    format: column.format ?? '',
    priority: column.priority ?? 0,
    description: column.description ?? `Custom resource definition column (in JSONPath format): ${column.jsonPath}`,
    cell(obj, now) {
      const [first] = find(obj);
      if (first === undefined) return null;
      if (first === null) return column.type === 'string' ? NO_VALUE : null;
      return column.type === 'string' ? jsonPathText([first]) : typed(column.type, first, now);
    },
  };
}

/** Null where the value is not of the column's type. */
function typed(type: string, value: unknown, now: number): unknown {
  if (type === 'integer') return typeof value === 'number' ? Math.trunc(value) : null;
  if (type === 'number') return typeof value === 'number' ? value : null;
  if (type === 'boolean') return typeof value === 'boolean' ? value : null;
  if (type === 'date' && typeof value === 'string') return Number.isNaN(Date.parse(value)) ? '<invalid>' : translateTimestampSince(value, now);
  return null;
}
