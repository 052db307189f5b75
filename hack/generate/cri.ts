/** kubelet/runtime/containerd/cri.gen.ts: the messages and enums of CRI v1 as tables for the codec beside it. */
import { readFact } from './facts.ts';

interface CriField {
  readonly name: string;
  readonly number: number;
  readonly type?: string;
  readonly repeated?: boolean;
  readonly map?: readonly string[];
}
interface CriFact {
  readonly package: string;
  readonly messages: Readonly<Record<string, readonly CriField[]>>;
  readonly enums: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const camel = (name: string): string => name.replace(/_+([a-zA-Z0-9])/g, (_, c: string) => c.toUpperCase());

function typeOf(field: CriField, message: string, { enums }: CriFact): string {
  if (field.map) return `map<${field.map.join(',')}>`;
  const type = field.type ?? '';
  const nested = `${message}.${type}`;
  return `${nested in enums ? nested : type}${field.repeated ? '[]' : ''}`;
}

export function criMessages(): string {
  const fact = readFact<CriFact>('cri.json');
  const rows = Object.entries(fact.messages).map(([message, fields]) => `  ${message}: [${fields.map((f) => JSON.stringify([camel(f.name), f.number, typeOf(f, message, fact)])).join(', ')}],`);
  const enums = Object.entries(fact.enums).map(([name, values]) => `  ${JSON.stringify(name)}: ${JSON.stringify(values)},`);
  return `export const PACKAGE = ${JSON.stringify(fact.package)};

/** Name, number and type of each field. */
export const MESSAGES: Readonly<Record<string, readonly (readonly [name: string, number: number, type: string])[]>> = {
${rows.join('\n')}
};

export const ENUMS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
${enums.join('\n')}
};
`;
}
