/** api/openapi/texts.gen.ts: descriptions of types, fields and parameters, from the type declarations of two installed packages that carry the API's documentation. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiTexts, folded, type Texts } from './api-texts.ts';
import { readFact, root, type OpenAPISchema, type TypesFact } from './facts.ts';

const MODELS = 'node_modules/@kubernetes/client-node/dist/gen/models';
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

/** The models of a client: they know every type, but say nothing of fields that are references. By folded field names, as ./api-texts.ts gives them. */
function modelTexts(typeName: string): Texts {
  const texts = new Map<string, string>();
  const declaration = declarationOf(typeName) ?? '';
  const ofType = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export declare class/.exec(declaration)?.[1];
  if (ofType !== undefined) texts.set('', clean(ofType));
  for (const [, comment = '', property = ''] of declaration.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*'([^']+)'\??:/g)) texts.set(folded(property), clean(comment));
  return texts;
}

function textsOf(typeName: string, fields: readonly string[]): Record<string, string> {
  const [own, models] = [apiTexts(typeName), modelTexts(typeName)];
  const named = ['', ...fields].flatMap((field) => {
    const text = own?.get(folded(field)) ?? models.get(folded(field)) ?? (field === 'metadata' ? metadataText(typeName) : undefined);
    return text === undefined ? [] : [[field, text] as const];
  });
  return Object.fromEntries(named);
}

/** What kinds say of their metadata, and lists of theirs. */
function metadataText(typeName: string): string | undefined {
  return apiTexts(typeName.endsWith('List') ? 'io.k8s.api.core.v1.PodList' : 'io.k8s.api.core.v1.Pod')?.get('metadata');
}

/** As the server itself adds the values to what the source says. */
function withValues(text: string | undefined, property: OpenAPISchema | undefined): string | undefined {
  const values = property?.enum;
  if (text === undefined || !values || text.includes('Possible enum values:')) return text;
  return `${text}\n\nPossible enum values:\n${values.toSorted().map((value) => ` - \`${JSON.stringify(value)}\``).join('\n')}`;
}

const API = 'node_modules/@kubernetes/client-node/dist/gen/apis/CoreV1Api.d.ts';
/** The owner of what all operations share. */
const SHARED = 'parameters';
/** Described by each operation in its own words. */
const OWN = new Set(['name', 'namespace', 'body', 'param', 'options']);

const ENTITIES: Readonly<Record<string, string>> = { quot: '"', amp: '&', lt: '<', gt: '>' };
const withoutEntities = (text: string): string =>
  text.replace(/\\?&(?:#x([0-9A-Fa-f]+)|#(\d+)|(\w+));/g, (all, hex?: string, decimal?: string, name?: string) =>
    name === undefined ? String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)) : (ENTITIES[name] ?? all),
  );

/** The options of subresources have no declaration of their own: their fields are described where they are parameters. */
const OPTIONS: Readonly<Record<string, string>> = {
  connectGetNamespacedPodAttach: 'io.k8s.api.core.v1.PodAttachOptions',
  connectGetNamespacedPodExec: 'io.k8s.api.core.v1.PodExecOptions',
  connectGetNamespacedPodPortforward: 'io.k8s.api.core.v1.PodPortForwardOptions',
  connectGetNamespacedPodProxy: 'io.k8s.api.core.v1.PodProxyOptions',
  connectGetNamespacedServiceProxy: 'io.k8s.api.core.v1.ServiceProxyOptions',
  connectGetNodeProxy: 'io.k8s.api.core.v1.NodeProxyOptions',
  readNamespacedPodLog: 'io.k8s.api.core.v1.PodLogOptions',
  patchNamespacedPod: 'parameters of patch',
};

/** Of the options that all operations share, line ends are written as spaces: two where a paragraph ends, three where a line is indented; then list items begin lines, too. */
function withLines(text: string): string {
  const paragraphs = text.replace(/(?<=[.:]) {2}(?! )/g, '\n\n');
  return / {3}/.test(paragraphs) ? paragraphs.replaceAll('   ', '\n  ').replaceAll('. - ', '.\n- ') : paragraphs;
}

/** Descriptions of parameters, by owner and name: the options of a subresource, those of patches, and `parameters` for what all operations share. */
function parameterTexts(): Record<string, Record<string, string>> {
  const texts: Record<string, Record<string, string>> = {};
  const declarations = readFileSync(join(root, API), 'utf8').matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(\w+)\(/g);
  for (const [, comment = '', method = ''] of declarations) {
    const ofOptions = OPTIONS[method];
    const owner = (texts[ofOptions ?? SHARED] ??= {});
    for (const [, name = '', text = ''] of comment.matchAll(/@param _?(\w+) (.*)$/gm)) if (!OWN.has(name)) owner[name] ??= ofOptions === undefined ? withLines(withoutEntities(clean(text))) : withoutEntities(clean(text));
  }
  return texts;
}

/** One line a type: its name, then its texts by field ('' is the type's own) as JSON. */
export function openapiTexts(): string {
  const types = readFact<TypesFact>('types.json').types;
  const lines = Object.entries(readFact<Record<string, OpenAPISchema>>('openapi-schemas.json'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, schema]) => {
      const texts = textsOf(name, types[name]?.map((f) => f.name) ?? Object.keys(schema.properties ?? {}));
      const complete = Object.fromEntries(Object.entries(texts).map(([field, text]) => [field, withValues(text, schema.properties?.[field])]));
      return Object.keys(texts).length === 0 ? [] : [`  ${JSON.stringify(name)}: ${JSON.stringify(JSON.stringify(complete))},`];
    });
  for (const [owner, texts] of Object.entries(parameterTexts())) lines.push(`  ${JSON.stringify(owner)}: ${JSON.stringify(JSON.stringify(texts))},`);
  return `/** Type name to its texts as JSON: field to description, '' is the type's own; of parameters, by their owner. Loaded when an OpenAPI document is first asked for. */\nexport const TEXTS: Readonly<Record<string, string>> = {\n${lines.join('\n')}\n};\n`;
}

/** The description of a field of a type. Throws when no package knows it. */
export function fieldText(typeName: string, field: string): string {
  const text = textsOf(typeName, [field])[field];
  if (text === undefined) throw new Error(`no description of ${typeName}.${field}`);
  return text;
}
