/**
 * How the engine (V8) runs a server. Called by the programs of this folder before they load anything large or start threads of other kinds; a process that embeds a cluster keeps its own ways.
 * The figures behind it stand in docs/performance.md.
 */
import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { setFlagsFromString } from 'node:v8';

/** What is optimised takes in less of what it calls: compiling costs a fifth less, and the code is no slower. */
const OPTIMISER = ['--max-inlined-bytecode-size=200', '--max-inlined-bytecode-size-cumulative=300'];
/** Other threads mark what is alive; the main one helps as it allocates, and not for milliseconds at a time in between. */
const COLLECTOR = ['--no-incremental-marking-task'];
const NICENESS = 10;

/** `platform`: that of `process`. */
export function prepareEngine(platform: NodeJS.Platform = process.platform): void {
  for (const flag of [...OPTIMISER, ...COLLECTOR]) setFlagsFromString(flag);
  if (platform === 'linux') letEngineThreadsYield();
}

/**
 * Several threads collect garbage and compile at once. Where cores are few they keep the one that answers requests waiting, longer than any pause of their own, so they get the lower priority.
 * Elsewhere than on Linux threads have none that could be set.
 */
function letEngineThreadsYield(): void {
  for (const thread of readdirSync('/proc/self/task').map(Number)) {
    if (thread !== process.pid) setPriority(thread, NICENESS);
  }
}
