/**
 * How a simulated container lives, decided from its configuration: annotations of the pod, then its command, then what the kubelet says of its kind. Documented in docs/simulated-runtime.md.
 */
import { durationOrNone } from '../../../component-base/duration.ts';
import type { ContainerConfig, PodSandboxConfig } from '../interface.ts';
import { isKnown } from './shell.ts';

/** Set by the kubelet on containers that must end by themselves: init containers, and the pods of Jobs. */
export const RUNS_ONCE = 'k8ts.dev/runs-once';

/** The image that does nothing but wait. */
const PAUSES = /(^|\/)pause(:|@|$)/;

/** How long a container that only has to end lives. */
const RUN_ONCE_MS = 100;

export interface Behaviour {
  readonly startAfterMs: number;
  /** Between SIGTERM and its end. */
  readonly stopAfterMs: number;
  /** Its fixed end. */
  readonly exit: { readonly afterMs: number; readonly code: number } | undefined;
  /** The command to play; undefined: it runs until stopped, unless `exit`. */
  readonly argv: readonly string[] | undefined;
  /** Lines after the start line. */
  readonly logs: readonly string[];
}

/** Of a duration from zero on; anything else is as if it were not there. */
function milliseconds(text: string): number | undefined {
  const nanos = durationOrNone(text);
  return nanos === undefined || nanos < 0n ? undefined : Number(nanos) / 1e6;
}

export function behaviourOf(config: ContainerConfig, sandbox: PodSandboxConfig): Behaviour {
  const annotation = (name: string): string | undefined => sandbox.annotations[`k8ts.dev/${name}.${config.metadata.name}`] ?? sandbox.annotations[`k8ts.dev/${name}`];
  const duration = (name: string): number | undefined => milliseconds(annotation(name) ?? '');
  const argv = config.command.length > 0 ? [...config.command, ...config.args] : config.args;
  const exitAfter = duration('exit-after');
  const exitCode = annotation('exit-code');
  const runsOnce = config.annotations[RUNS_ONCE] === 'true';
  const known = isKnown(argv);
  const fixed = exitAfter !== undefined || exitCode !== undefined || (runsOnce && !known && !PAUSES.test(config.image.userSpecifiedImage ?? config.image.image));
  return {
    startAfterMs: duration('start-after') ?? 0,
    stopAfterMs: duration('stop-after') ?? 0,
    exit: fixed ? { afterMs: exitAfter ?? RUN_ONCE_MS, code: Number(exitCode ?? 0) & 255 } : undefined,
    argv: known && !fixed ? argv : undefined,
    logs: annotation('logs')?.replace(/\n$/, '').split('\n') ?? [],
  };
}
