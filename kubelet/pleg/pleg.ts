/**
 * Tells which pods' containers have changed: from the runtime's events where it has them, else by listing once a second while the node has pods. podworkers/ syncs those pods.
 * Behaves like upstream pkg/kubelet/pleg.
 */
import type { Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import { POD_UID } from '../kuberuntime/labels.ts';
import type { Runtime } from '../runtime/interface.ts';

export interface PlegOptions {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  hasPods(): boolean;
  onChange(podUid: string): void;
}

const RELIST_MS = 1000;

export async function runPleg(options: PlegOptions): Promise<void> {
  const { events } = options.runtime.stats;
  if (!events) return relistForever(options);
  while (!options.signal.aborted) {
    try {
      for await (const batch of events(options.signal)) for (const { podUid } of batch) options.onChange(podUid);
      if (!options.signal.aborted) await options.clock.sleep(RELIST_MS, options.signal);
    } catch (error) {
      if (options.signal.aborted) return;
      options.log.warn('the runtime stopped to tell events, asking again', { why: error instanceof Error ? error.message : String(error) });
      await pause(options);
    }
  }
}

async function pause({ clock, signal, log }: PlegOptions): Promise<void> {
  await clock.sleep(RELIST_MS, signal).catch(() => log.debug('pleg ended'));
}

/** Pod uid to the states of what it has. */
async function snapshot({ runtime }: PlegOptions): Promise<Map<string, string>> {
  const states = new Map<string, string[]>();
  const add = (uid: string | undefined, text: string): void => void (uid !== undefined && states.set(uid, [...(states.get(uid) ?? []), text]));
  for (const s of await runtime.runtime.listPodSandbox()) add(s.labels[POD_UID], `${s.id}=${s.state}`);
  for (const c of await runtime.runtime.listContainers()) add(c.labels[POD_UID], `${c.id}=${c.state}`);
  return new Map([...states].map(([uid, texts]) => [uid, texts.sort().join(' ')]));
}

async function relistForever(options: PlegOptions): Promise<void> {
  let before = new Map<string, string>();
  while (!options.signal.aborted) {
    if (options.hasPods() || before.size > 0) {
      try {
        const now = await snapshot(options);
        for (const uid of new Set([...before.keys(), ...now.keys()])) if (before.get(uid) !== now.get(uid)) options.onChange(uid);
        before = now;
      } catch (error) {
        options.log.warn('the runtime cannot be listed', { why: error instanceof Error ? error.message : String(error) });
      }
    }
    await pause(options);
  }
}
