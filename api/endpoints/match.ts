/** What a list or watch asks for, as the cacher tests it. Behaves like upstream apiserver/pkg/storage/selection_predicate.go. */
import { newBadRequest } from '../../apimachinery/errors.ts';
import { apiVersionOf, type GroupVersionKind } from '../../apimachinery/meta.ts';
import type { FieldRequirement } from '../../apimachinery/fields/selector.ts';
import type { Match, Tested } from '../../storage/cacher/interface.ts';
import type { Target } from './scope.ts';
import type { Selectors } from './selectors.ts';

export interface Selection {
  readonly match: Match;
  /** Nothing but a namespace is asked for: counts are exact. */
  readonly isEverything: boolean;
}

/** `name`: from a path or a metadata.name selector. Throws BadRequest for unknown fields and contradictory names. */
export function selectionOf(target: Target, selectors: Selectors, namespace: string, name: string): Selection {
  const fields = selectors.fields?.requirements ?? [];
  for (const requirement of fields) checkLabel(target, requirement.field);
  if (name !== '' && fields.length > 0 && exactly(fields, 'metadata.name') !== name) throw newBadRequest("fieldSelector metadata.name doesn't match requested name");
  const named = name === '' ? exactly(fields, 'metadata.name') : name;
  const within = namespace === '' ? exactly(fields, 'metadata.namespace') : namespace;
  const index = indexOf(target, fields);
  const label = labelOf(selectors);
  const test = testOf(target, selectors, fields, { 'metadata.name': named, ...(namespace === '' && { 'metadata.namespace': within }) });
  return {
    match: {
      ...(within !== undefined && within !== '' && target.definition.scope === 'Namespaced' && { namespace: within }),
      ...(named !== undefined && { name: named }),
      ...(index && { index }),
      ...(label && { label }),
      ...(test && { test }),
    },
    isEverything: !test && !index && named === undefined,
  };
}

function checkLabel(target: Target, label: string): void {
  if (label === 'metadata.name' || label === 'metadata.namespace') return;
  const { selectableFields } = target.version;
  if (selectableFields.some((f) => f.label === label)) return;
  if (selectableFields.length > 0 || target.definition.validates === 'requested') throw newBadRequest(`${unsupported(target.version.gvk)}: ${label}`);
  throw newBadRequest(`${JSON.stringify(label)} is not a known field selector: only "metadata.name", "metadata.namespace"`);
}

/** Under which a field's value is tested. */
const keyIn = ({ version }: Target, label: string): string => version.selectableFields.find((f) => f.label === label)?.key ?? label;

/** The fields by which an object is found in a version of its own, as they are tested. */
export const keysOf = ({ version }: Target, { fields }: Selectors): readonly string[] =>
  (fields?.requirements ?? []).flatMap(({ field }) => version.selectableFields.find((f) => f.label === field)?.key ?? []);

/** Slices say what they are. */
const unsupported = (gvk: GroupVersionKind): string => (gvk.kind === 'ResourceSlice' ? `field label not supported for ${apiVersionOf(gvk)}, Kind=${gvk.kind}` : 'field label not supported');

function exactly(fields: readonly FieldRequirement[], label: string): string | undefined {
  return fields.find((f) => f.field === label && f.operator !== '!=')?.value;
}

function indexOf(target: Target, fields: readonly FieldRequirement[]): Match['index'] {
  const indexed = target.version.selectableFields.find((f) => f.indexed && exactly(fields, f.label) !== undefined);
  return indexed && { name: indexed.label, value: exactly(fields, indexed.label) ?? '' };
}

/** The first label of which one value is asked for. */
function labelOf({ labels }: Selectors): Match['label'] {
  for (const { key } of labels?.requirements ?? []) {
    const value = labels?.requiresExactMatch(key);
    if (value !== undefined) return { name: key, value };
  }
  return undefined;
}

/** What neither names nor indexes decide. */
function testOf(target: Target, selectors: Selectors, fields: readonly FieldRequirement[], decided: Readonly<Record<string, string | undefined>>): Match['test'] {
  const rest = fields.filter((f) => f.operator === '!=' || decided[f.field] !== f.value);
  const { labels } = selectors;
  const matches = labels?.matcher();
  if (rest.length === 0) return matches && ((tested) => matches(tested.labels));
  const keyed = rest.map((f) => ({ ...f, field: keyIn(target, f.field) }));
  return (tested) => keyed.every((f) => matchesField(f, tested)) && (!matches || matches(tested.labels));
}

const matchesField = (f: FieldRequirement, tested: Tested): boolean => ((tested.fields[f.field] ?? '') === f.value) === (f.operator !== '!=');

