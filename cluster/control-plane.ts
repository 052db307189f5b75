/**
 * Controllers and scheduler beside the API server, in process: one set of informers for all of them. Where several servers share a store, each is a candidate, and who leads has
 * informers of its own.
 */
import { setMaxListeners } from 'node:events';
import { hostname } from 'node:os';
import type { Handler } from '../apimachinery/http.ts';
import { newSharedInformers } from '../client/cache/shared-informers.ts';
import { fencedHandler, leadInTerms } from '../client/leaderelection/terms.ts';
import type { SharedInformers } from '../client/interface.ts';
import type { UserInfo } from '../apimachinery/authorizer.ts';
import { runControllers } from '../controllers/framework/run-controllers.ts';
import controllers from '../controllers/index.gen.ts';
import { startScheduler } from '../scheduler/scheduler.ts';
import { CONTROLLER_MANAGER, controllerUser, SCHEDULER, type Identities } from './identities.ts';
import type { ClusterConfig } from './options.ts';
import type { Pki } from './pki/pki.ts';

export interface ControlPlaneDeps {
  readonly config: ClusterConfig;
  readonly identities: Identities;
  readonly handler: Handler;
  readonly pki: Pki;
  readonly signal: AbortSignal;
  /** Clients of one purpose share the handler above. */
  readonly purpose?: string;
}

export function newControlPlaneInformers({ config, identities, handler, purpose }: ControlPlaneDeps): SharedInformers {
  const { clock, log, rand } = config;
  return newSharedInformers({ client: identities.clientFor(CONTROLLER_MANAGER, handler, purpose), clock, log, rand });
}

/** Runs until `signal`; a controller that fails is logged by the framework. */
export function startControllers(deps: ControlPlaneDeps, informers: SharedInformers): Promise<void> {
  const { config, identities, handler, pki, signal, purpose } = deps;
  return runControllers({
    controllers,
    clientFor: (name) => identities.clientFor(controllerUser(name), handler, purpose),
    informers,
    log: config.log,
    clock: config.clock,
    rand: config.rand,
    signal,
    enabled: config.controllers,
    settings: {
      rootCA: pki.ca.cert,
      serviceAccountPrivateKey: pki.serviceAccount.privateKey,
      clusterSigningCert: pki.ca.cert,
      clusterSigningKey: pki.ca.key,
      clusterCIDR: config.clusterCIDR,
      serviceClusterIPRange: config.serviceClusterIPRange,
    },
  });
}

/** Shorter than upstream's 15, 10 and 2 s: here the candidates die with their API servers, and the next one is to lead within 15 s. */
const TERM = { leaseDuration: 9000, renewDeadline: 6000, retryPeriod: 1000 };

type Part = 'kube-controller-manager' | 'kube-scheduler';

/** Runs one part of the control plane, term after term; what it does when its lease may have run out is refused. */
async function elected(deps: ControlPlaneDeps, name: Part, user: UserInfo, run: (deps: ControlPlaneDeps, informers: SharedInformers) => Promise<void> | void): Promise<void> {
  const { config: { clock, rand, log }, identities, handler, signal } = deps;
  let mayAct = (): boolean => false;
  const fenced = fencedHandler(handler, () => mayAct());
  const client = identities.clientFor(user, handler, 'election');
  const lead = async (term: AbortSignal, holds: () => boolean): Promise<void> => {
    mayAct = holds;
    // Every controller, informer and worker ends with it.
    setMaxListeners(0, term);
    const own = { ...deps, handler: fenced, purpose: name, signal: term };
    await run(own, newControlPlaneInformers(own));
    if (!term.aborted) await new Promise<void>((resolve) => term.addEventListener('abort', () => resolve(), { once: true }));
  };
  const identity = `${hostname()}_${rand.uuid()}`;
  await leadInTerms({ client, clock, rand, log, lease: { namespace: 'kube-system', name }, identity, releaseOnCancel: true, ...TERM, lead }, signal);
}

/** Controllers of one of several servers; resolves after `signal`. */
export const startElectedControllers = (deps: ControlPlaneDeps): Promise<void> => elected(deps, 'kube-controller-manager', CONTROLLER_MANAGER, startControllers);
/** The scheduler of one of several servers; resolves after `signal`. */
export const startElectedScheduler = (deps: ControlPlaneDeps): Promise<void> => elected(deps, 'kube-scheduler', SCHEDULER, startSchedulerIn);

export function startSchedulerIn({ config, identities, handler, signal, purpose }: ControlPlaneDeps, informers: SharedInformers): void {
  const { clock, rand, log } = config;
  const client = identities.clientFor(SCHEDULER, handler, purpose);
  startScheduler({ client, informers, clock, rand, log, signal, host: hostname() });
  informers.start(signal);
}
