/**
 * The engine's own threads: several collect garbage and compile at once. Where cores are few they keep the one that answers requests waiting, longer than any pause of their own,
 * so on Linux they get the lower priority. Called by the programs of this folder before they start threads of other kinds.
 */
import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';

const NICENESS = 10;

/** `process.platform`; elsewhere than on Linux threads have no priority of their own that could be set, and nothing happens. */
export function letEngineThreadsYield(platform: NodeJS.Platform = process.platform): void {
  if (platform !== 'linux') return;
  for (const thread of readdirSync('/proc/self/task').map(Number)) {
    if (thread !== process.pid) setPriority(thread, NICENESS);
  }
}
