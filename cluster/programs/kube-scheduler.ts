/** kube-scheduler: the scheduler against any API server, in upstream's flags. Behaves like upstream cmd/kube-scheduler. */
import { hostname } from 'node:os';
import { newSharedInformers } from '../../client/cache/shared-informers.ts';
import { LeaderElector } from '../../client/leaderelection/leader-election.ts';
import { startScheduler } from '../../scheduler/scheduler.ts';
import { openSidePort } from '../side-port.ts';
import { connect, kubeconfigOf } from './connection.ts';
import { electionOf } from './kube-controller-manager.ts';
import type { Program, ProgramDeps } from './program.ts';
import type { Client } from '../../client/interface.ts';

const HONOURS = ['kubeconfig', 'leader-elect', 'leader-elect-lease-duration', 'leader-elect-renew-deadline', 'leader-elect-retry-period', 'leader-elect-resource-name', 'leader-elect-resource-namespace', 'bind-address', 'secure-port'];
const IMPLIED = ['authentication-kubeconfig', 'authorization-kubeconfig', 'profiling', 'v', 'kube-api-qps', 'kube-api-burst'];

/** Schedules until `signal`. */
async function schedule(client: Client, signal: AbortSignal, { clock, rand, log }: ProgramDeps): Promise<void> {
  const informers = newSharedInformers({ client, clock, log, rand });
  startScheduler({ client, informers, clock, rand, log, signal, host: hostname() });
  informers.start(signal);
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

export const kubeScheduler: Program = {
  honours: HONOURS,
  impliedBy: IMPLIED,
  async start(flags, deps) {
    const { clock, rand, log, life } = deps;
    const client = connect(kubeconfigOf(flags), 'kube-scheduler', deps);
    const election = electionOf(flags, client, deps);
    const lead = (signal: AbortSignal): Promise<void> => schedule(client, signal, deps);
    const running = election ? new LeaderElector({ ...election, clock, rand, log, lead }).run(life.signal) : lead(life.signal);
    running.catch((error: unknown) => log.error('the scheduler stopped', error));
    await openSidePort({ name: 'kube-scheduler', address: flags.string('bind-address') || '0.0.0.0', port: flags.number('secure-port'), clock, life });
  },
};
