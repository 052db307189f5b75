/** What every upstream-named program is given and gives back. Each file of this folder runs one, in upstream's flags. */
import type { Clock } from '../../component-base/clock.ts';
import type { Flags } from '../../component-base/flags.ts';
import type { Lifecycle } from '../../component-base/lifecycle.ts';
import type { Log } from '../../component-base/log.ts';
import type { Rand } from '../../component-base/rand.ts';

export interface ProgramDeps {
  readonly life: Lifecycle;
  readonly clock: Clock;
  readonly rand: Rand;
  readonly log: Log;
  /** Ends the process, which says why: what it is for cannot go on. */
  readonly fail: (error: unknown) => void;
}

export interface Program {
  /** Flags that have an effect; the others of upstream's are accepted, and named in a warning when given. */
  readonly honours: readonly string[];
  /** Accepted without a warning: what they ask for is so anyway. */
  readonly impliedBy: readonly string[];
  /** Resolves when it serves. What it started is registered with `life`. */
  start(flags: Flags, deps: ProgramDeps): Promise<void>;
}
