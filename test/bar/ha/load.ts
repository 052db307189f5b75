/** Clients that write and remember what was acknowledged. All know all servers; an object has one writer. */
import * as core from '../../../apimachinery/types/core.gen.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../../apimachinery/errors.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { realClock } from '../../../component-base/clock.ts';
import { silentLog } from '../../../component-base/log.ts';
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

export const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

type Stored = DeepReadonly<core.ConfigMap>;

/** What a writer knows of an object of its own, from acknowledgements alone. */
export interface Known {
  readonly name: string;
  /** Starts at 0 and grows by one an update. */
  counter: number;
  isDeleted: boolean;
  /** Nobody knows which of two creations made it: a late one could make it again, so it is not deleted. */
  isDoubtful: boolean;
  /** As last acknowledged. */
  stored?: Stored;
}

export const counterOf = ({ data }: Stored): number => Number(data?.['counter']);

const PAUSE_MS = 50;
/** Of every six writes of a writer: two new objects, three changes, one deletion. */
const TURNS = ['create', 'update', 'update', 'create', 'update', 'delete'] as const;
const body = (name: string, counter: number): { metadata: { namespace: string; name: string; labels: Record<string, string> }; data: Record<string, string> } => ({ metadata: { namespace: 'default', name, labels: { ha: 'load' } }, data: { counter: String(counter), value: 'x'.repeat(200) } });

export class Writers {
  /** In order of creation. */
  readonly objects: Known[] = [];
  /** What cannot be if every acknowledged write counts: told at the end. */
  readonly impossible: string[] = [];
  /** Writes acknowledged, by kind. */
  readonly counts = { create: 0, update: 0, delete: 0 };
  readonly #last: number[];
  #longest = 0;
  #isOver = false;
  readonly #running: Promise<void>[];

  constructor(clients: readonly Client[]) {
    this.#last = clients.map(() => realClock.monotonic());
    this.#running = clients.map((client, i) => this.#write(client, i));
  }

  get acknowledged(): number {
    return this.counts.create + this.counts.update + this.counts.delete;
  }

  /** The longest time that any writer waited for an acknowledgement since the last call, in ms. */
  longestPause(): number {
    const now = realClock.monotonic();
    const longest = Math.max(this.#longest, ...this.#last.map((at) => now - at));
    this.#longest = 0;
    return longest;
  }

  /** Each writer ends its write first, whatever it takes. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#running);
  }

  async #write(client: Client, writer: number): Promise<void> {
    const own: Known[] = [];
    for (let i = 0; !this.#isOver; i++) {
      await this.#turn(client, `w${writer}-${i}`, TURNS[i % TURNS.length] ?? 'create', own);
      const now = realClock.monotonic();
      this.#longest = Math.max(this.#longest, now - (this.#last[writer] ?? now));
      this.#last[writer] = now;
      await wait(PAUSE_MS);
    }
  }

  async #turn(client: Client, name: string, turn: (typeof TURNS)[number], own: Known[]): Promise<void> {
    const maps = client.resource(core.ConfigMap);
    const living = own.filter((known) => !known.isDeleted);
    const target = turn === 'create' ? undefined : turn === 'delete' ? living.find((known) => !known.isDoubtful) : living.at(-1);
    if (!target) {
      const known: Known = { name, counter: 0, isDeleted: false, isDoubtful: false };
      await this.#insist((tries) => this.#create(maps, known, tries));
      own.push(known);
      this.objects.push(known);
      this.counts.create++;
    } else if (turn === 'update') {
      await this.#insist(() => this.#update(maps, target));
      target.counter++;
      this.counts.update++;
    } else {
      await this.#insist((tries) => this.#delete(maps, target, tries));
      target.isDeleted = true;
      this.counts.delete++;
    }
  }

  /** Until it is done: what failed is tried again, for nobody knows its fate. */
  async #insist(attempt: (tries: number) => Promise<void>): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        return await attempt(tries);
      } catch {
        await wait(PAUSE_MS);
      }
    }
  }

  async #create(maps: Maps, known: Known, tries: number): Promise<void> {
    known.isDoubtful = tries > 0;
    try {
      known.stored = await maps.create(body(known.name, 0));
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      if (tries === 0) this.impossible.push(`${known.name} was there before it was created`);
      known.stored = await maps.get(keyOf(known));
    }
  }

  /** The revision that it must have had makes a late attempt harmless: of all attempts one succeeds. */
  async #update(maps: Maps, known: Known): Promise<void> {
    const next = known.counter + 1;
    const { resourceVersion = '' } = known.stored?.metadata ?? {};
    try {
      known.stored = await maps.update({ ...body(known.name, next), metadata: { ...body(known.name, next).metadata, resourceVersion } });
    } catch (error) {
      if (isNotFound(error)) this.impossible.push(`${known.name} is gone, and nobody deleted it`);
      if (!isConflict(error)) throw error;
      known.stored = await maps.get(keyOf(known));
      if (counterOf(known.stored) === next) return;
      this.impossible.push(`${known.name} counts ${counterOf(known.stored)} after ${known.counter} was acknowledged and ${next} refused`);
      throw error;
    }
  }

  async #delete(maps: Maps, known: Known, tries: number): Promise<void> {
    try {
      await maps.delete(keyOf(known));
    } catch (error) {
      if (!isNotFound(error)) throw error;
      if (tries === 0) this.impossible.push(`${known.name} was gone before it was deleted`);
    }
  }
}

type Maps = ReturnType<typeof mapsOf>;
const mapsOf = (client: Client) => client.resource(core.ConfigMap);
const keyOf = ({ name }: Known): { namespace: string; name: string } => ({ namespace: 'default', name });

/** What is there against what was acknowledged: what is wrong, a line each. */
export function wrongWith(objects: readonly Known[], there: readonly Stored[]): string[] {
  const found = new Map(there.map((map) => [map.metadata.name, counterOf(map)]));
  return objects.flatMap(({ name, counter, isDeleted }) => {
    const is = found.get(name);
    if (isDeleted) return is === undefined ? [] : [`${name} is there after its deletion was acknowledged`];
    return is === counter ? [] : [`${name} counts ${is ?? 'nothing: it is gone'}; ${counter} was acknowledged`];
  });
}
