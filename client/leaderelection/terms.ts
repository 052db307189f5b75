/** Term after term of leadership, where losing it does not end the process. Upstream's programs end instead; one process may here hold more than a candidate. */
import type { Handler, Received } from '../../apimachinery/http.ts';
import { StatusError } from '../../apimachinery/errors.ts';
import type { Transport } from '../interface.ts';
import { LeaderElector, type LeaderElectionOptions } from './leader-election.ts';

/** Between terms. */
const PAUSE_MS = 1000;

/** Leads whenever it is elected, until `signal` aborts. What a term throws is logged, and the next one is waited for. */
export async function leadInTerms(options: LeaderElectionOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await new LeaderElector(options).run(signal);
    } catch (error) {
      options.log.error('a term of leadership ended', error, { lease: options.lease.name });
    }
    await options.clock.sleep(PAUSE_MS, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

const ranOut = (): StatusError => new StatusError(503, 'ServiceUnavailable', 'the lease of the leader has run out');

/** A transport that refuses requests while `mayAct` says no. */
export function fencedTransport(transport: Transport, mayAct: () => boolean): Transport {
  return {
    send: (request) => (mayAct() ? transport.send(request) : Promise.reject(ranOut())),
    upgrade: (request, protocols) => (mayAct() ? transport.upgrade(request, protocols) : Promise.reject(ranOut())),
    close: () => transport.close(),
  };
}

/** A server's handler that refuses requests while `mayAct` says no: a leader that was paused does nothing after its lease has run out. */
export function fencedHandler(handler: Handler<Received>, mayAct: () => boolean): Handler<Received> {
  return (request) => (mayAct() ? handler(request) : Promise.reject(ranOut()));
}
