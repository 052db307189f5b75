/** Writes v1 Events about objects in the background. Behaves like upstream client-go/tools/record event.go. */
import { isAlreadyExists, isNotFound, isStatusError } from '../../apimachinery/errors.ts';
import type { ApiObject } from '../../apimachinery/meta.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { rfc3339, type Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import type { Rand } from '../../component-base/rand.ts';
import type { Client, EventRecorder } from '../interface.ts';
import { EventCorrelator, type Correlated, type NewEvent } from './correlator.ts';

export interface EventSource {
  readonly component: string;
  readonly host?: string;
}
export interface EventRecorderOptions {
  readonly client: Client;
  readonly source: EventSource;
  readonly clock: Clock;
  readonly rand: Rand;
  readonly log: Log;
  /** No event is written after it aborts. */
  readonly signal?: AbortSignal;
}

const MAX_TRIES = 12;
const RETRY_AFTER = 10_000;
const MAX_QUEUED = 10_000;
/** Events about one object stand in one lane; lanes are written at the same time. */
const LANES = 16;

/** What an event says of the object it is about. */
export function referenceTo(obj: DeepReadonly<ApiObject>, fieldPath?: string): core.ObjectReference {
  const { namespace, name, uid, resourceVersion } = obj.metadata;
  const { apiVersion, kind } = obj as { apiVersion?: string; kind?: string };
  return {
    ...(kind !== undefined && { kind }),
    ...(namespace !== undefined && namespace !== '' && { namespace }),
    name,
    ...(uid !== undefined && { uid }),
    ...(apiVersion !== undefined && { apiVersion }),
    ...(resourceVersion !== undefined && { resourceVersion }),
    ...(fieldPath !== undefined && { fieldPath }),
  };
}

/** `name.17a3…`: hex nanoseconds. A random tail below the millisecond keeps events of one burst apart. */
export function eventName(about: string, ms: number, rand: Rand): string {
  const nanos = BigInt(ms) * 1_000_000n + BigInt(rand.int(1_000_000));
  return `${about}.${nanos.toString(16)}`;
}

function laneOf({ involvedObject: { namespace = '', name = '' } }: NewEvent): number {
  let hash = 0;
  for (const c of namespace + name) hash = (hash * 31 + c.charCodeAt(0)) | 0;
  return Math.abs(hash) % LANES;
}

class Recorder implements EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #correlator: EventCorrelator;
  /** The last write of each lane: events about one object are written one after another, in the order in which they were recorded. */
  readonly #tails: Promise<void>[] = Array.from({ length: LANES }, () => Promise.resolve());
  #queued = 0;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#correlator = new EventCorrelator(options.clock);
  }

  event(about: DeepReadonly<ApiObject>, type: 'Normal' | 'Warning', reason: string, message: string, fieldPath?: string): void {
    const { log, signal, clock } = this.#options;
    if (signal?.aborted === true) return;
    if (this.#queued >= MAX_QUEUED) {
      log.warn('too many queued events, dropped one', { reason, message });
      return;
    }
    const event: NewEvent = { involvedObject: referenceTo(about, fieldPath), type, reason, message };
    const at = clock.now();
    this.#queued++;
    const lane = laneOf(event);
    this.#tails[lane] = (this.#tails[lane] ?? Promise.resolve()).then(() => this.#record(event, at)).finally(() => this.#queued--);
  }

  async #record(event: NewEvent, at: number): Promise<void> {
    const correlated = this.#correlator.correlate(event);
    if (!correlated) return;
    const { clock, log, signal } = this.#options;
    for (let tries = 0; tries < MAX_TRIES && signal?.aborted !== true; tries++) {
      try {
        await this.#write(event, correlated, at);
        return;
      } catch (error) {
        if (isStatusError(error)) {
          if (!isAlreadyExists(error)) log.debug('an event was refused', { reason: event.reason, err: error.message });
          return;
        }
        log.warn('cannot write an event, trying again', { err: error instanceof Error ? error.message : String(error) });
        await clock.sleep(RETRY_AFTER, signal).catch((reason: unknown) => log.debug('recording ended', { reason: String(reason) }));
      }
    }
  }

  /** A patch of the one seen before; when that is gone, or there was none, a new one. */
  async #write(event: NewEvent, { message, cacheKey, seen }: Correlated, at: number): Promise<void> {
    const events = this.#options.client.resource(core.Event);
    const namespace = event.involvedObject.namespace ?? 'default';
    const time = rfc3339(at);
    if (seen) {
      try {
        await events.patch({ namespace, name: seen.name }, { type: 'strategic', body: { count: seen.count, lastTimestamp: time, message } });
        this.#correlator.written(cacheKey, seen);
        return;
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
    const name = eventName(event.involvedObject.name ?? '', at, this.#options.rand);
    const count = seen?.count ?? 1;
    const firstTimestamp = seen?.firstTimestamp ?? time;
    await events.create(this.#body(event, { name, namespace, message, count, firstTimestamp, lastTimestamp: time }));
    this.#correlator.written(cacheKey, { name, firstTimestamp, count });
  }

  #body(event: NewEvent, { name, namespace, ...times }: { name: string; namespace: string; message: string; count: number; firstTimestamp: string; lastTimestamp: string }) {
    const { component, host } = this.#options.source;
    return {
      metadata: { name, namespace },
      involvedObject: event.involvedObject,
      reason: event.reason,
      type: event.type,
      ...times,
      source: { component, ...(host !== undefined && host !== '' && { host }) },
      eventTime: null,
      reportingComponent: component,
      reportingInstance: host ?? '',
    };
  }
}

export function newEventRecorder(options: EventRecorderOptions): EventRecorder {
  return new Recorder(options);
}
