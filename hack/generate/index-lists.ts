/** index.gen.ts of each plug-in folder: the default exports of its files, in the order of their names. Adding a plug-in is adding a file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './facts.ts';

/** Folders whose files are plug-ins. Files without a default export support them. */
const FOLDERS: readonly string[] = ['controllers', 'scheduler/plugins', 'api/admission/plugins', 'kubelet/volumes/plugins'];
/** Folders of registry that hold no resources. */
const NO_GROUP = new Set(['generic', 'testing']);

const camel = (text: string): string => text.replace(/[-.](\w)/g, (_, c: string) => c.toUpperCase());

function pluginFiles(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((f) => f.endsWith('.ts') && !f.endsWith('.gen.ts') && !f.endsWith('.test.ts') && f !== 'defaults.ts')
    .filter((f) => /^export default /m.test(readFileSync(join(root, folder, f), 'utf8')))
    .sort();
}

export function indexList(folder: string): string {
  const files = pluginFiles(folder);
  const names = files.map((f) => camel(f.slice(0, -3)));
  return `${files.map((f, i) => `import ${names[i]} from './${f}';\n`).join('')}\nexport default [${names.join(', ')}];\n`;
}

function groups(): string[] {
  return readdirSync(join(root, 'registry'), { withFileTypes: true })
    .filter((e) => e.isDirectory() && !NO_GROUP.has(e.name) && pluginFiles(`registry/${e.name}`).length > 0)
    .map((e) => e.name)
    .sort();
}

/** registry/index.gen.ts: all groups' definitions and defaults. */
function registryIndex(names: readonly string[]): string {
  const withDefaults = names.filter((g) => existsSync(join(root, 'registry', g, 'defaults.ts')));
  const imports = [...names.map((g) => `import ${g} from './${g}/index.gen.ts';\n`), ...withDefaults.map((g) => `import ${g}Defaults from './${g}/defaults.ts';\n`)];
  return `${imports.join('')}
/** Every built-in resource. */
export const definitions = [${names.map((g) => `...${g}`).join(', ')}];

/** Defaults that are code, by type. */
export const defaults = [${withDefaults.map((g) => `...${g}Defaults`).join(', ')}];
`;
}

/** Path to text of every index. */
export function indexLists(): Map<string, string> {
  const names = groups();
  const folders = [...FOLDERS.filter((f) => existsSync(join(root, f))), ...names.map((g) => `registry/${g}`)];
  return new Map([...folders.map((f) => [`${f}/index.gen.ts`, indexList(f)] as const), ['registry/index.gen.ts', registryIndex(names)]]);
}
