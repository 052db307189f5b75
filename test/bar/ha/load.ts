/** Clients that write and remember what was acknowledged, and informers that count what they are told. All know all servers. */
import * as core from '../../../apimachinery/types/core.gen.ts';
import { isAlreadyExists } from '../../../apimachinery/errors.ts';
import { realClock } from '../../../component-base/clock.ts';
import { silentLog } from '../../../component-base/log.ts';
import { realRand } from '../../../component-base/rand.ts';
import { newSharedInformers } from '../../../client/cache/shared-informers.ts';
import type { Client } from '../../../client/interface.ts';
import { loadKubeconfig } from '../../../client/kubeconfig.ts';
import { newClient } from '../../../client/rest.ts';
import { newFailOverTransport } from '../../../client/transport/fail-over.ts';
import { newHttpTransport } from '../../../client/transport/http.ts';

/** Prefers the server of that number. */
export function clientOf(kubeconfig: string, servers: readonly string[], preferred: number): Client {
  const { http } = loadKubeconfig(kubeconfig);
  const order = servers.map((_, i) => servers[(i + preferred) % servers.length] as string);
  return newClient(newFailOverTransport(order.map((server) => newHttpTransport({ ...http, server })), { clock: realClock, log: silentLog, probeEvery: 1000, probeTimeout: 2000 }));
}

const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const PAUSE_MS = 50;

export class Writers {
  /** Names, in order of acknowledgement. */
  readonly acknowledged = new Set<string>();
  readonly #last: number[];
  #longest = 0;
  #isOver = false;
  readonly #running: Promise<void>[];

  constructor(clients: readonly Client[]) {
    this.#last = clients.map(() => Date.now());
    this.#running = clients.map((client, i) => this.#write(client, i));
  }

  /** The longest time that any writer waited for an acknowledgement since the last call, in ms. */
  longestPause(): number {
    const now = Date.now();
    const longest = Math.max(this.#longest, ...this.#last.map((at) => now - at));
    this.#longest = 0;
    return longest;
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#running);
  }

  async #write(client: Client, writer: number): Promise<void> {
    for (let i = 0; !this.#isOver; i++) {
      const name = `w${writer}-${i}`;
      await this.#writeOne(client, name);
      const now = Date.now();
      this.#longest = Math.max(this.#longest, now - (this.#last[writer] ?? now));
      this.#last[writer] = now;
      await wait(PAUSE_MS);
    }
  }

  /** What nobody knows the fate of is written again: that it exists then acknowledges it. */
  async #writeOne(client: Client, name: string): Promise<void> {
    while (!this.#isOver) {
      try {
        await client.resource(core.ConfigMap).create({ metadata: { namespace: 'default', name, labels: { ha: 'load' } }, data: { value: 'x'.repeat(200) } });
      } catch (error) {
        if (!isAlreadyExists(error)) {
          await wait(PAUSE_MS);
          continue;
        }
      }
      this.acknowledged.add(name);
      return;
    }
  }
}

/** Resolves when it has begun. */
export interface Informed {
  /** How often each name was told as new; a name that vanished without reason is told as gone. */
  readonly added: ReadonlyMap<string, number>;
  readonly deleted: ReadonlySet<string>;
  /** What its lister holds. */
  names(): ReadonlySet<string>;
}

export function inform(client: Client, signal: AbortSignal): Informed {
  const added = new Map<string, number>();
  const deleted = new Set<string>();
  const informers = newSharedInformers({ client, clock: realClock, log: silentLog, rand: realRand });
  const informer = informers.informer(core.ConfigMap);
  informer.addEventHandler({
    onAdd: ({ metadata: { name } }) => void added.set(name, (added.get(name) ?? 0) + 1),
    onDelete: ({ metadata: { name } }) => void deleted.add(name),
  });
  informers.start(signal);
  return { added, deleted, names: () => new Set(informer.lister.list().map((m) => m.metadata.name)) };
}
