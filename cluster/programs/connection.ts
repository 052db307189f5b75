/** The connection of a component to its API server, from --kubeconfig or --master. */
import { FlagError, type Flags } from '../../component-base/flags.ts';
import type { Client, Transport } from '../../client/interface.ts';
import { loadKubeconfig, type LoadedKubeconfig } from '../../client/kubeconfig.ts';
import { fencedTransport } from '../../client/leaderelection/terms.ts';
import { newClient } from '../../client/rest.ts';
import { newFailOverTransport } from '../../client/transport/fail-over.ts';
import { newHttpTransport } from '../../client/transport/http.ts';
import type { ProgramDeps } from './program.ts';

export function kubeconfigOf(flags: Flags): LoadedKubeconfig {
  const file = flags.string('kubeconfig');
  if (file === '') throw new FlagError('--kubeconfig is required');
  try {
    return loadKubeconfig(file);
  } catch (error) {
    throw new FlagError(`--kubeconfig: ${file} cannot be used`, { cause: error });
  }
}

export interface ConnectOptions {
  /** Instead of the identity that the kubeconfig says. */
  readonly token?: () => Promise<string>;
  /** Requests are refused while it says no; always yes unless told. */
  readonly mayAct?: () => boolean;
}

/** Closed when the program stops. */
export function connect(config: LoadedKubeconfig, userAgent: string, deps: ProgramDeps, { token, mayAct }: ConnectOptions = {}): Client {
  const { tls, server, headers } = config.http;
  const { cert: _cert, key: _key, ...anonymous } = tls ?? {};
  const identity = token ? { server, tls: anonymous, token } : config.http;
  const to = (url: string): Transport => newHttpTransport({ ...identity, server: url, headers: { ...headers, 'user-agent': userAgent } });
  const all = [server, ...config.otherServers];
  const transport = all.length === 1 ? to(server) : newFailOverTransport(all.map(to), deps);
  const client = newClient(mayAct ? fencedTransport(transport, mayAct) : transport, deps.clock);
  deps.life.onStop(`connection of ${userAgent}`, () => client.close());
  return client;
}
