/** Label and field selectors of a query. */
import { newBadRequest } from '../../apimachinery/errors.ts';
import { parseFieldSelector, type FieldSelector } from '../../apimachinery/fields/selector.ts';
import { parseLabelSelector, type LabelSelector } from '../../apimachinery/labels/selector.ts';

/** Absent: everything. */
export interface Selectors {
  readonly labels?: LabelSelector;
  readonly fields?: FieldSelector;
}

/** Throws BadRequest in upstream's words. */
export function parseSelectors(label: string, field: string): Selectors {
  const labels = label === '' ? undefined : orBadRequest(() => parseLabelSelector(label));
  const fields = field === '' ? undefined : orBadRequest(() => parseFieldSelector(field));
  return { ...(labels && !labels.isEmpty() && { labels }), ...(fields && !fields.isEmpty() && { fields }) };
}

function orBadRequest<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw newBadRequest(error instanceof Error ? error.message : String(error), error);
  }
}
