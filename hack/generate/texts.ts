/** api/openapi/texts.gen.ts: descriptions of types and fields, from the installed package that carries the API's documentation (its type declarations). */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFact, root, type OpenAPISchema, type TypesFact } from './facts.ts';

const MODELS = 'node_modules/k8s-models-texts/dist/gen/models';
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The file of a type: V1Pod, or CoreV1Event where several groups have the kind. */
function declarationOf(typeName: string): string | undefined {
  const [kind = '', version = '', group = ''] = typeName.split('.').reverse();
  for (const name of [`${capital(group)}${capital(version)}${kind}`, `${capital(version)}${kind}`]) {
    const file = join(root, MODELS, `${name}.d.ts`);
    if (existsSync(file)) return readFileSync(file, 'utf8');
  }
  return undefined;
}

function clean(comment: string): string {
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, ''))
    .join('\n')
    .trim()
    .replaceAll("\\'", "'")
    .replaceAll('\\"', '"')
    .replaceAll('*_/', '*/');
}

/** Property names lose their dashes and gain an underscore where they are reserved words. */
const folded = (name: string): string => name.replace(/^_/, '').replace(/[^A-Za-z0-9]/g, '').toLowerCase();

function textsOf(declaration: string, fields: readonly string[]): Record<string, string> {
  const byFolded = new Map(fields.map((f) => [folded(f), f]));
  const texts: Record<string, string> = {};
  const ofType = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export declare class/.exec(declaration)?.[1];
  if (ofType !== undefined) texts[''] = clean(ofType);
  for (const [, comment = '', property = ''] of declaration.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*'([^']+)'\??:/g)) {
    const field = byFolded.get(folded(property));
    if (field !== undefined) texts[field] = clean(comment);
  }
  return texts;
}

const API = 'node_modules/k8s-models-texts/dist/gen/apis/CoreV1Api.d.ts';
/** Described by each operation in its own words. */
const OWN = new Set(['name', 'body', 'param', 'options']);

const ENTITIES: Readonly<Record<string, string>> = { quot: '"', amp: '&', lt: '<', gt: '>' };
const withoutEntities = (text: string): string =>
  text.replace(/\\?&(?:#x([0-9A-Fa-f]+)|#(\d+)|(\w+));/g, (all, hex?: string, decimal?: string, name?: string) =>
    name === undefined ? String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)) : (ENTITIES[name] ?? all),
  );

/** Descriptions of parameters, by name. */
function parameterTexts(): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [, name = '', text = ''] of readFileSync(join(root, API), 'utf8').matchAll(/@param _?(\w+) (.*)$/gm)) if (!OWN.has(name)) texts[name] ??= withoutEntities(clean(text));
  return texts;
}

/** One line a type: its name, then its texts by field ('' is the type's own) as JSON. */
export function openapiTexts(): string {
  const types = readFact<TypesFact>('types.json').types;
  const documented = Object.keys(readFact<Record<string, OpenAPISchema>>('openapi-schemas.json')).sort();
  const lines = documented.flatMap((name) => {
    const declaration = declarationOf(name);
    if (declaration === undefined) return [];
    const texts = textsOf(declaration, (types[name] ?? []).map((f) => f.name));
    return Object.keys(texts).length === 0 ? [] : [`  ${JSON.stringify(name)}: ${JSON.stringify(JSON.stringify(texts))},`];
  });
  lines.push(`  parameters: ${JSON.stringify(JSON.stringify(parameterTexts()))},`);
  return `/** Type name to its texts as JSON: field to description, '' is the type's own; of "parameters", parameter to description. Loaded when an OpenAPI document is first asked for. */\nexport const TEXTS: Readonly<Record<string, string>> = {\n${lines.join('\n')}\n};\n`;
}

/** The description of a field of a type, without line ends. Throws when the package does not know it. */
export function fieldText(typeName: string, field: string): string {
  const declaration = declarationOf(typeName);
  const text = declaration === undefined ? undefined : textsOf(declaration, [field])[field];
  if (text === undefined) throw new Error(`no description of ${typeName}.${field}`);
  return text;
}
