/** Field selectors: `metadata.name=a,status.phase!=Running`. Beside ../labels/. Behaves like upstream apimachinery/pkg/fields. */

export interface FieldRequirement {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** Fields by label; one that is absent reads as ''. */
export type Fields = Readonly<Record<string, string>>;

/** The message is upstream's. */
export class FieldSelectorError extends Error {
  override readonly name = 'FieldSelectorError';
}

/** Immutable: all its requirements must hold. */
export class FieldSelector {
  readonly requirements: readonly FieldRequirement[];

  constructor(requirements: readonly FieldRequirement[]) {
    this.requirements = requirements;
  }

  matches(fields: Fields): boolean {
    return this.requirements.every(
      ({ field, operator, value }) => ((Object.hasOwn(fields, field) ? (fields[field] ?? '') : '') === value) === (operator === '='),
    );
  }

  isEmpty(): boolean {
    return this.requirements.length === 0;
  }

  /** The one value that the field must have; undefined when there is none. */
  requiresExactMatch(field: string): string | undefined {
    return this.requirements.find((r) => r.operator === '=' && r.field === field)?.value;
  }

  /** With each field and value replaced; those that become '' and '' are dropped. */
  transform(change: (field: string, value: string) => readonly [field: string, value: string]): FieldSelector {
    const changed = this.requirements.map(({ field, operator, value }) => {
      const [newField, newValue] = change(field, value);
      return { field: newField, operator, value: newValue };
    });
    return new FieldSelector(changed.filter((r) => r.field !== '' || r.value !== ''));
  }

  toString(): string {
    return this.requirements.map((r) => `${r.field}${r.operator}${escapeFieldValue(r.value)}`).join(',');
  }
}

export const EVERY_FIELD: FieldSelector = new FieldSelector([]);

export function fieldSelectorFromSet(fields: Fields): FieldSelector {
  return new FieldSelector(Object.entries(fields).map(([field, value]) => ({ field, operator: '=', value })));
}

/** Throws FieldSelectorError. */
export function parseFieldSelector(text: string): FieldSelector {
  const requirements = splitTerms(text)
    .sort()
    .filter((term) => term !== '')
    .map((term) => requirementOf(term, text));
  return new FieldSelector(requirements.filter((r) => r.field !== '' || r.value !== ''));
}

/** At commas that no backslash precedes. */
function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let start = 0;
  let isEscaped = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (isEscaped) isEscaped = false;
    else if (char === '\\') isEscaped = true;
    else if (char === ',') {
      terms.push(text.slice(start, i));
      start = i + 1;
    }
  }
  terms.push(text.slice(start));
  return terms;
}

function requirementOf(term: string, whole: string): FieldRequirement {
  const match = /^([^]*?)(!=|==|=)([^]*)$/.exec(term);
  if (!match) throw new FieldSelectorError(`invalid selector: '${whole}'; can't understand '${term}'`);
  return { field: match[1] ?? '', operator: match[2] === '!=' ? '!=' : '=', value: unescapeFieldValue(match[3] ?? '') };
}

export function escapeFieldValue(value: string): string {
  return value.replace(/[\\,=]/g, '\\$&');
}

/** Throws FieldSelectorError on an unknown escape or an unescaped `,` or `=`. */
export function unescapeFieldValue(text: string): string {
  let value = '';
  const chars = Array.from(text);
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] ?? '';
    if (char === ',' || char === '=')
      throw new FieldSelectorError(`invalid field selector: unescaped character in value: ${char.charCodeAt(0)}`);
    if (char !== '\\') {
      value += char;
      continue;
    }
    const next = chars[++i] ?? '';
    if (next === '' || !'\\,='.includes(next)) throw new FieldSelectorError(`invalid field selector: invalid escape sequence: \\${next}`);
    value += next;
  }
  return value;
}
