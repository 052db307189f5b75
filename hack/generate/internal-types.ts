/** registry/core/validation/internal-types.gen.ts: the structs in which upstream keeps pods and volumes inside, as some of its messages show them. */
import { readFact } from './facts.ts';

/** Name in Go ('' for an embedded struct), kind (registry/core/validation/internal-form.ts reads it), name in JSON. */
type Row = readonly [name: string, kind: string, json: string];

/** One text a type: words of a field divided by commas, fields by blanks. A JSON name that only differs in its first letter is left out. */
export function internalTypes(): string {
  const types = Object.entries(readFact<Record<string, readonly Row[]>>('internal-types.json'));
  const first = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
  const text = (rows: readonly Row[]): string => rows.map(([name, kind, json]) => [name, kind, ...(json === first(name) ? [] : [json])].join()).join(' ');
  return `export const INTERNAL_TYPES: Readonly<Record<string, string>> = {\n${types.map(([name, rows]) => `  ${name}: ${JSON.stringify(text(rows))},\n`).join('')}};\n`;
}
