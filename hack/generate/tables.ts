/** registry/generic/columns.gen.ts: the columns of every built-in resource's Table form, from hack/facts/tables. */
import { listFacts, readFact } from './facts.ts';

interface ColumnFact {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly priority: number;
}

/** `apps_v1_deployments.json` to `apps/v1/deployments`. */
function keyOf(file: string): string {
  return file.replace(/\.json$/, '').replaceAll('_', '/');
}

/** The text of the module, without the header. */
export function tableColumns(): string {
  const rows = listFacts('tables').map((file) => {
    const columns = readFact<ColumnFact[]>(`tables/${file}`).map((c) => `[${[c.name, c.type, c.format].map((s) => JSON.stringify(s)).join(', ')}, ${c.priority}]`);
    return `  ${JSON.stringify(keyOf(file))}: [${columns.join(', ')}],\n`;
  });
  return `/** Name, type, format and priority of each column, by group, version and resource (\`apps/v1/deployments\`, \`v1/pods\`). */
export const TABLE_COLUMNS: Readonly<Record<string, readonly (readonly [name: string, type: string, format: string, priority: number])[]>> = {
${rows.join('')}};
`;
}
