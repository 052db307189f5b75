/** Starts a program of this folder: from the bundle, or from the files that it was made of. */
import { fileURLToPath } from 'node:url';
import { loadBundle } from './bundle.ts';
import { prepareEngine } from './engine.ts';
import type { ProgramName, Programs } from './programs.ts';

export async function start(name: ProgramName): Promise<void> {
  prepareEngine();
  const bundled = loadBundle(fileURLToPath(new URL('..', import.meta.url))) as Programs | undefined;
  const { programs } = bundled ?? (await import('./programs.ts'));
  await programs[name]();
}
