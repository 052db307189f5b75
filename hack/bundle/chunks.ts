/** Joins the files that tsc wrote, and the packages they import, into a few (rolldown). What is loaded lazily stays a file of its own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown, type OutputChunk, type Plugin } from 'rolldown';
import { licenseTexts } from './licenses.ts';

/** Native, or read from the disk by name: these stay packages. */
const EXTERNAL = ['lmdb'];

type ImportsOf = (id: string) => readonly string[];

/** The modules that load with `entries`. */
function loadedWith(entries: readonly string[], importsOf: ImportsOf): Set<string> {
  const found = new Set(entries);
  for (const id of found) for (const imported of importsOf(id)) found.add(imported);
  return found;
}

/**
 * All of a cluster is one file, so that calls within it are calls of functions in one scope: from file to file they go through getters. What every program needs to read its arguments is
 * another, so that `k8ts version` does not load the cluster.
 */
function codeSplitting(dist: string): { groups: { name: string; priority: number; test(id: string): boolean }[]; plugin: Plugin } {
  const imports = new Map<string, readonly string[]>();
  const groupOf = (name: string, priority: number, ...entries: string[]): { name: string; priority: number; test(id: string): boolean } => {
    let members: Set<string> | undefined;
    return { name, priority, test: (id) => (members ??= loadedWith(entries.map((entry) => join(dist, entry)), (of) => imports.get(of) ?? [])).has(id) };
  };
  return {
    groups: [groupOf('start', 2, 'cmd/programs.js', 'cmd/commands.js'), groupOf('cluster', 1, 'cluster/cluster.js')],
    plugin: { name: 'imports', moduleParsed: ({ id, importedIds }) => void imports.set(id, importedIds) },
  };
}

/** The same code in ASCII: its bytes are its characters, and V8 keeps one byte of each. */
const ascii = (code: string): string => code.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** For `import` of the package: an ES module whose names are those of the chunk. */
function packageEntry({ fileName, exports }: OutputChunk): string {
  return `import entry from './${fileName}';\n\nexport const { ${exports.join(', ')} } = entry;\n`;
}

/** Writes `programs.cjs`, `index.cjs` and `index.js` (the package's entry), what they share, and the licences of what was taken in. */
export async function writeChunks(dist: string, dir: string): Promise<void> {
  const { groups, plugin } = codeSplitting(dist);
  const bundle = await rolldown({ plugins: [plugin], input: { programs: join(dist, 'cmd', 'programs.js'), index: join(dist, 'cluster', 'index.js') }, platform: 'node', cwd: dist, external: EXTERNAL, logLevel: 'warn' });
  const { output } = await bundle.generate({
    format: 'cjs',
    entryFileNames: '[name].cjs',
    // No hash: a program that runs while the bundle is made anew still finds its lazy parts.
    chunkFileNames: '[name].cjs',
    comments: false,
    dynamicImportInCjs: false,
    codeSplitting: { groups },
  });
  await bundle.close();
  const chunks = output.filter((o) => o.type === 'chunk');
  mkdirSync(dir, { recursive: true });
  for (const { fileName, code } of chunks) writeFileSync(join(dir, fileName), ascii(code));
  const index = chunks.find((c) => c.fileName === 'index.cjs');
  if (index) writeFileSync(join(dir, 'index.js'), packageEntry(index));
  writeFileSync(join(dir, 'LICENSES.txt'), licenseTexts(chunks.flatMap((c) => c.moduleIds)));
}
