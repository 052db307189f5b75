/** Who the components of this process are to its API server: each has a token that exists in memory only, and no more rights than upstream's component of that name. */
import type { Turns } from '../component-base/turns.ts';
import type { UserInfo } from '../apimachinery/authorizer.ts';
import { newInProcessTransport } from '../client/transport/in-process.ts';
import { newClient } from '../client/rest.ts';
import type { Client } from '../client/interface.ts';
import type { Handler } from '../apimachinery/http.ts';

const user = (name: string, ...groups: string[]): UserInfo => ({ name, uid: '', groups: [...groups, 'system:authenticated'], extra: {} });

export const ADMIN = user('kubernetes-admin', 'system:masters');
export const CONTROLLER_MANAGER = user('system:kube-controller-manager');
export const SCHEDULER = user('system:kube-scheduler');
export const KUBE_PROXY = user('system:kube-proxy');
export const DNS = user('system:serviceaccount:kube-system:kube-dns', 'system:serviceaccounts', 'system:serviceaccounts:kube-system');

/** Stands in for the kubelets of many nodes: no role of upstream's fits. */
export const SIMULATED_NODES = user('system:simulated-nodes', 'system:masters');

export const nodeUser = (name: string): UserInfo => user(`system:node:${name}`, 'system:nodes');

/** Controllers that run as somebody else than a service account of their name. */
const NOT_BY_ACCOUNT: Readonly<Record<string, UserInfo>> = { 'simulated-nodes': SIMULATED_NODES, 'serviceaccount-token-controller': CONTROLLER_MANAGER };

/** The service account under which upstream runs one controller (--use-service-account-credentials). */
export const controllerUser = (name: string): UserInfo => NOT_BY_ACCOUNT[name] ?? user(`system:serviceaccount:kube-system:${name}`, 'system:serviceaccounts', 'system:serviceaccounts:kube-system');

function newToken(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64url');
}

export class Identities {
  /** Token to user; the API server reads it at each request. */
  readonly tokens = new Map<string, UserInfo>();
  readonly #clients = new Map<string, Client>();
  readonly #turns: Turns;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /** A client that acts as `who`. The same for the same name and purpose. */
  clientFor(who: UserInfo, handler: Handler, purpose = ''): Client {
    const id = `${who.name} ${purpose}`;
    let client = this.#clients.get(id);
    if (!client) {
      const token = newToken();
      this.tokens.set(token, who);
      client = newClient(newInProcessTransport({ handler, turns: this.#turns, headers: { authorization: `Bearer ${token}`, 'user-agent': `k8ts/${who.name}` } }));
      this.#clients.set(id, client);
    }
    return client;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((c) => c.close()));
  }
}
