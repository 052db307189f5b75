/** kube-scheduler: the scheduler against any API server, in upstream's flags. Behaves like upstream cmd/kube-scheduler. */
import { hostname } from 'node:os';
import { newSharedInformers } from '../../client/cache/shared-informers.ts';
import { startScheduler } from '../../scheduler/scheduler.ts';
import { openSidePort } from '../side-port.ts';
import { connect, kubeconfigOf } from './connection.ts';
import { ELECTION_FLAGS, startLeading } from './election.ts';
import type { Program, ProgramDeps } from './program.ts';
import type { Client } from '../../client/interface.ts';

const HONOURS = ['kubeconfig', ...ELECTION_FLAGS, 'bind-address', 'secure-port'];
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
    const { clock, life } = deps;
    const config = kubeconfigOf(flags);
    startLeading('kube-scheduler', flags, config, deps, (signal, mayAct) => schedule(connect(config, 'kube-scheduler', deps, { mayAct }), signal, deps));
    await openSidePort({ name: 'kube-scheduler', address: flags.string('bind-address') || '0.0.0.0', port: flags.number('secure-port'), clock, life });
  },
};
