/** Leading of the upstream-named programs, by --leader-elect and the flags that go with it. Behaves like upstream cmd/kube-controller-manager/app and cmd/kube-scheduler/app. */
import { setMaxListeners } from 'node:events';
import { hostname } from 'node:os';
import type { Flags } from '../../component-base/flags.ts';
import type { LoadedKubeconfig } from '../../client/kubeconfig.ts';
import { LeaderElector } from '../../client/leaderelection/leader-election.ts';
import { connect } from './connection.ts';
import type { ProgramDeps } from './program.ts';

/** What these programs are asked for by flags. */
export const ELECTION_FLAGS: readonly string[] = ['leader-elect', 'leader-elect-lease-duration', 'leader-elect-renew-deadline', 'leader-elect-retry-period', 'leader-elect-resource-name', 'leader-elect-resource-namespace'];

/** Works until `signal` aborts; its clients take `mayAct` (connection.ts). */
export type Work = (signal: AbortSignal, mayAct: () => boolean) => Promise<void>;

/** Works while this process leads, or at once without --leader-elect. As upstream's programs do, the process ends when it has lost its lease. Throws when the durations do not fit together. */
export function startLeading(name: string, flags: Flags, config: LoadedKubeconfig, deps: ProgramDeps, work: Work): void {
  const { life, fail } = deps;
  const running = flags.bool('leader-elect') ? candidate(name, flags, config, deps, work).run(life.signal) : work(life.signal, () => true);
  const ended = running.then(
    () => {
      if (!life.signal.aborted) fail(new Error('leader election lost'));
    },
    (error: unknown) => {
      if (!life.signal.aborted) fail(error);
    },
  );
  life.onStop(name, () => ended);
}

/** Its connection is its own: a renewal waits for nothing else. */
function candidate(name: string, flags: Flags, config: LoadedKubeconfig, deps: ProgramDeps, lead: Work): LeaderElector {
  const { clock, rand, log } = deps;
  return new LeaderElector({
    client: connect(config, `${name}/leader-election`, deps),
    clock,
    rand,
    log,
    lease: { namespace: flags.string('leader-elect-resource-namespace'), name: flags.string('leader-elect-resource-name') },
    identity: `${hostname()}_${rand.uuid()}`,
    leaseDuration: flags.duration('leader-elect-lease-duration'),
    renewDeadline: flags.duration('leader-elect-renew-deadline'),
    retryPeriod: flags.duration('leader-elect-retry-period'),
    releaseOnCancel: true,
    lead(signal, mayAct) {
      // Every controller, informer and worker ends with it.
      setMaxListeners(0, signal);
      return lead(signal, mayAct);
    },
  });
}
