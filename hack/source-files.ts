/** The hand-written TypeScript files of the checkout. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './generate/facts.ts';

const SKIP = new Set(['node_modules', 'dist', '.git', 'facts', 'fixtures', 'docs']);

/** Absolute paths, sorted; generated files only when asked for. */
export function sourceFiles(options: { generated?: boolean } = {}): string[] {
  const out: string[] = [];
  const walk = (dir: string): void => {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      if (entry.isDirectory() && !SKIP.has(entry.name)) walk(join(dir, entry.name));
      else if (entry.isFile() && entry.name.endsWith('.ts') && (options.generated || !entry.name.endsWith('.gen.ts'))) out.push(join(dir, entry.name));
    }
  };
  walk(root);
  return out.sort();
}
