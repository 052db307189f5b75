/** Controllers and scheduler beside the API server, in process: one set of informers for all of them. */
import { hostname } from 'node:os';
import type { Handler } from '../apimachinery/http.ts';
import { newSharedInformers } from '../client/cache/shared-informers.ts';
import type { SharedInformers } from '../client/interface.ts';
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
}

export function newControlPlaneInformers({ config, identities, handler }: ControlPlaneDeps): SharedInformers {
  const { clock, log, rand } = config;
  return newSharedInformers({ client: identities.clientFor(CONTROLLER_MANAGER, handler), clock, log, rand });
}

/** Runs until `signal`; a controller that fails is logged by the framework. */
export function startControllers(deps: ControlPlaneDeps, informers: SharedInformers): Promise<void> {
  const { config, identities, handler, pki, signal } = deps;
  return runControllers({
    controllers,
    clientFor: (name) => identities.clientFor(controllerUser(name), handler),
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

export function startSchedulerIn({ config, identities, handler, signal }: ControlPlaneDeps, informers: SharedInformers): void {
  const { clock, rand, log } = config;
  const client = identities.clientFor(SCHEDULER, handler);
  startScheduler({ client, informers, clock, rand, log, signal, host: hostname() });
  informers.start(signal);
}
