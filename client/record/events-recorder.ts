/**
 * Writes events.k8s.io Events in the background: what happened to an object by which action, and a series when it goes on. Beside event-recorder.ts, which writes the
 * core kind. Behaves like upstream client-go/tools/events.
 */
import { isAlreadyExists, isNotFound, isStatusError } from '../../apimachinery/errors.ts';
import type { ApiObject } from '../../apimachinery/meta.ts';
import type * as core from '../../apimachinery/types/core.gen.ts';
import * as events from '../../apimachinery/types/events.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { rfc3339Micro, type Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import type { Rand } from '../../component-base/rand.ts';
import { LruMap } from '../cache/lru.ts';
import type { Client } from '../interface.ts';
import { eventName, referenceTo } from './event-recorder.ts';

export interface EventsRecorderOptions {
  readonly client: Client;
  readonly controller: string;
  /** The host that reports; the instance is `controller-host`. */
  readonly host: string;
  readonly clock: Clock;
  readonly rand: Rand;
  readonly log: Log;
  readonly signal?: AbortSignal;
}

export interface NewEvent {
  readonly regarding: DeepReadonly<ApiObject>;
  /** The other object that takes part. */
  readonly related?: DeepReadonly<ApiObject>;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  /** What was done: `Binding`. */
  readonly action: string;
  readonly note: string;
}

/** Never throws and never blocks. */
export interface EventsRecorder {
  record(event: NewEvent): void;
}

const CACHE_SIZE = 4096;
const MAX_TRIES = 12;
const RETRY_AFTER = 10_000;
const MAX_QUEUED = 1000;
/** A series ends when nothing was added to it for so long. */
const FINISH_AFTER = 6 * 60_000;
/** The count of a series is written when it starts and then at most once in so long. */
const REFRESH_AFTER = 30 * 60_000;



interface Series {
  readonly event: Omit<events.Event, 'series'>;
  count: number;
  last: number;
  written: number;
}

class Recorder implements EventsRecorder {
  readonly #options: EventsRecorderOptions;
  readonly #series = new LruMap<string, Series>(CACHE_SIZE);
  #tail: Promise<void> = Promise.resolve();
  #queued = 0;

  constructor(options: EventsRecorderOptions) {
    this.#options = options;
  }

  record(event: NewEvent): void {
    const { signal, log, clock } = this.#options;
    if (signal?.aborted === true) return;
    if (this.#queued >= MAX_QUEUED) {
      log.warn('too many queued events, dropped one', { reason: event.reason });
      return;
    }
    const now = clock.now();
    const body = this.#body(event, now);
    const key = JSON.stringify([body.type, body.action, body.reason, body.regarding, body.related]);
    const known = this.#series.get(key);
    if (known && now - known.last < FINISH_AFTER) this.#again(known, now);
    else {
      this.#series.set(key, { event: body, count: 1, last: now, written: now });
      this.#enqueue(body.reason ?? '', () => this.#create(body));
    }
  }

  #again(series: Series, now: number): void {
    series.count++;
    series.last = now;
    if (series.count > 2 && now - series.written < REFRESH_AFTER) return;
    series.written = now;
    const state = { count: series.count, lastObservedTime: rfc3339Micro(now) };
    this.#enqueue(series.event.reason ?? '', () => this.#patch(series.event, state));
  }

  #body({ regarding, related, type, reason, action, note }: NewEvent, now: number) {
    const { controller, host, rand } = this.#options;
    const about = referenceTo(regarding);
    return {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: eventName(about.name ?? '', now, rand), namespace: about.namespace ?? 'default' },
      eventTime: rfc3339Micro(now),
      reportingController: controller,
      reportingInstance: `${controller}-${host}`,
      action,
      reason,
      regarding: about,
      ...(related && { related: referenceTo(related) as core.ObjectReference }),
      note,
      type,
    } as events.Event;
  }

  async #create(body: Omit<events.Event, 'series'>): Promise<void> {
    await this.#options.client.resource(events.Event).create(body as events.Event);
  }

  async #patch(event: Omit<events.Event, 'series'>, series: { count: number; lastObservedTime: string }): Promise<void> {
    const { namespace, name } = event.metadata;
    try {
      await this.#options.client.resource(events.Event).patch({ namespace: namespace ?? '', name: name ?? '' }, { type: 'strategic', body: { series } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await this.#create({ ...event, series } as events.Event);
    }
  }

  #enqueue(reason: string, write: () => Promise<void>): void {
    this.#queued++;
    this.#tail = this.#tail.then(() => this.#attempt(reason, write)).finally(() => this.#queued--);
  }

  async #attempt(reason: string, write: () => Promise<void>): Promise<void> {
    const { clock, log, signal } = this.#options;
    for (let tries = 0; tries < MAX_TRIES && signal?.aborted !== true; tries++) {
      try {
        await write();
        return;
      } catch (error) {
        if (isStatusError(error)) {
          if (!isAlreadyExists(error)) log.debug('an event was refused', { reason, err: error.message });
          return;
        }
        log.warn('cannot write an event, trying again', { err: error instanceof Error ? error.message : String(error) });
        await clock.sleep(RETRY_AFTER, signal).catch((why: unknown) => log.debug('recording ended', { reason: String(why) }));
      }
    }
  }
}

export function newEventsRecorder(options: EventsRecorderOptions): EventsRecorder {
  return new Recorder(options);
}
