/** Informers that remember every change they are told of: none may be missing, and none may come twice. */
import * as core from '../../../apimachinery/types/core.gen.ts';
import { realClock } from '../../../component-base/clock.ts';
import { silentLog } from '../../../component-base/log.ts';
import { realRand } from '../../../component-base/rand.ts';
import { newSharedInformers } from '../../../client/cache/shared-informers.ts';
import type { Client } from '../../../client/interface.ts';
import { counterOf, type Known } from './load.ts';

/** The counters told of an object, in order. */
export interface Told {
  readonly counters: number[];
  deletions: number;
}

export function inform(client: Client, signal: AbortSignal): ReadonlyMap<string, Told> {
  const told = new Map<string, Told>();
  const of = (name: string): Told => {
    const known = told.get(name) ?? { counters: [], deletions: 0 };
    told.set(name, known);
    return known;
  };
  const informers = newSharedInformers({ client, clock: realClock, log: silentLog, rand: realRand });
  informers.informer(core.ConfigMap, { namespace: 'default', labelSelector: 'ha=load' }).addEventHandler({
    onAdd: (map) => void of(map.metadata.name).counters.push(counterOf(map)),
    onUpdate: (_, map) => void of(map.metadata.name).counters.push(counterOf(map)),
    onDelete: (map) => void of(map.metadata.name).deletions++,
  });
  informers.start(signal);
  return told;
}

/** What was not told, or told twice or in disorder, a line each. */
export function wronglyTold(objects: readonly Known[], told: ReadonlyMap<string, Told>): string[] {
  return objects.flatMap(({ name, counter, isDeleted }) => {
    const { counters, deletions } = told.get(name) ?? { counters: [], deletions: 0 };
    const isWhole = counters.length === counter + 1 && counters.every((n, i) => n === i);
    return isWhole && deletions === Number(isDeleted) ? [] : [`${name}: told ${counters.join(' ') || 'nothing'} and ${deletions} deletions; there were ${counter + 1} and ${Number(isDeleted)}`];
  });
}
