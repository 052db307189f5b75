/** registry/generic/columns.gen.ts: the columns of every built-in resource's Table form, from hack/facts/tables. */
import { listFacts, readFact } from './facts.ts';
import { fieldText } from './texts.ts';

interface ColumnFact {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly priority: number;
}

/** By table and column: what the server says of it; `@type.field` is that field's own description, `@@type.field` the same with its paragraphs apart. */
type Descriptions = Record<string, Record<string, string>>;

/** `apps_v1_deployments.json` to `apps/v1/deployments`. */
function keyOf(file: string): string {
  return file.replace(/\.json$/, '').replaceAll('_', '/');
}

function described(text: string): string {
  if (!text.startsWith('@')) return text;
  const hasParagraphs = text.startsWith('@@');
  const dot = text.lastIndexOf('.');
  const found = fieldText(text.slice(hasParagraphs ? 2 : 1, dot), text.slice(dot + 1));
  return hasParagraphs ? found.replaceAll('  ', '\n\n') : found;
}

/** The text of the module, without the header. Texts that several columns share stand once. */
export function tableColumns(): string {
  const descriptions = readFact<Descriptions>('table-descriptions.json');
  const texts = new Map<string, number>();
  const textOf = (key: string, column: string): number => {
    const text = described(descriptions[key]?.[column] ?? '');
    if (!texts.has(text)) texts.set(text, texts.size);
    return texts.get(text) ?? 0;
  };
  const rows = listFacts('tables').map((file) => {
    const key = keyOf(file);
    const columns = readFact<ColumnFact[]>(`tables/${file}`).map((c) => `[${[c.name, c.type, c.format].map((s) => JSON.stringify(s)).join(', ')}, ${c.priority}, ${textOf(key, c.name)}]`);
    return `  ${JSON.stringify(key)}: [${columns.join(', ')}],\n`;
  });
  const scale = Object.keys(descriptions['autoscaling/v1/scale'] ?? {}).map((c) => `[${JSON.stringify(c)}, ${textOf('autoscaling/v1/scale', c)}]`);
  return `/** Name, type, format, priority and text of each column, by group, version and resource (\`apps/v1/deployments\`, \`v1/pods\`). */
export const TABLE_COLUMNS: Readonly<Record<string, readonly (readonly [name: string, type: string, format: string, priority: number, text: number])[]>> = {
${rows.join('')}};

/** The texts of the scale subresource's columns. */
export const SCALE_TEXTS: readonly (readonly [name: string, text: number])[] = [${scale.join(', ')}];

export const COLUMN_TEXTS: readonly string[] = [
${[...texts.keys()].map((t) => `  ${JSON.stringify(t)},\n`).join('')}];
`;
}
