/** Runs controllers: queues, workers and retries. Where only a leader may, client/leaderelection/ tells when. Behaves like upstream cmd/kube-controller-manager/app controllermanager.go. */
import { isConflict, isStatusError } from '../../apimachinery/errors.ts';
import { keyText, parseKeyText, type ApiObject } from '../../apimachinery/meta.ts';
import type { ResourceType } from '../../apimachinery/types/type.ts';
import { realClock, type Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import { realRand, type Rand } from '../../component-base/rand.ts';
import type { Client, EventRecorder, SharedInformers } from '../../client/interface.ts';
import { newEventRecorder } from '../../client/record/event-recorder.ts';
import type { QueueObserver } from '../../client/workqueue/metrics.ts';
import { newDefaultControllerLimiter } from '../../client/workqueue/rate-limiter.ts';
import { RateLimitingQueue } from '../../client/workqueue/rate-limiting-queue.ts';
import type { ControllerContext, ControllerDefinition, Running } from './definition.ts';
import { Expectations } from './expectations.ts';
import { CONTROLLER_INDEX, orphanKey, wireInformers } from './informer-wiring.ts';
import { Pace } from './pace.ts';
import { serviceAccountOf } from './service-accounts.ts';
import { isEnabled } from './selection.ts';
import { DEFAULT_SETTINGS, type ControllerSettings } from './settings.ts';

export interface RunControllersOptions {
  readonly controllers: readonly ControllerDefinition[];
  /** The client of one controller, asked for by the name of its service account in kube-system (service-accounts.ts); may be the same for all. */
  readonly clientFor: (name: string) => Client;
  readonly informers: SharedInformers;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  readonly rand?: Rand;
  /** One recorder a controller unless given. */
  readonly recorderFor?: (name: string) => EventRecorder;
  /** The value of --controllers, split at commas; ['*'] unless told. */
  readonly enabled?: readonly string[];
  readonly settings?: Partial<ControllerSettings>;
  readonly observer?: QueueObserver;
}

type Wired = { readonly definition: ControllerDefinition; readonly queue: RateLimitingQueue; readonly ctx: ControllerContext };

function newContext(definition: ControllerDefinition, queue: RateLimitingQueue, options: RunControllersOptions): ControllerContext {
  const { clock = realClock, rand = realRand, informers, signal } = options;
  const { name, component } = definition;
  const log = options.log.with({ controller: name });
  const client = options.clientFor(serviceAccountOf(name));
  const recorder = options.recorderFor?.(name) ?? newEventRecorder({ client, source: { component }, clock, rand, log, signal });
  const indexed = <T extends ApiObject>(type: ResourceType<T>, value: string) => informers.informer(type).lister.byIndex(CONTROLLER_INDEX, value);
  return {
    name,
    client,
    recorder,
    clock,
    rand,
    log,
    signal,
    settings: { ...DEFAULT_SETTINGS, ...options.settings },
    expectations: new Expectations(clock),
    now: () => clock.now(),
    lister: (type) => informers.informer(type).lister,
    informer: (type) => informers.informer(type),
    owned: (type, owner) => indexed(type, owner.metadata.uid),
    orphans: (type, namespace) => indexed(type, orphanKey(namespace)),
    enqueue: (key, afterMs = 0) => queue.addAfter(keyText(key), afterMs),
  };
}

function wire(definition: ControllerDefinition, options: RunControllersOptions): Wired {
  const { clock = realClock, observer } = options;
  const queue = new RateLimitingQueue({ clock, limiter: newDefaultControllerLimiter(clock, definition.maxBackoff), name: definition.name, ...(observer && { observer }) });
  const ctx = newContext(definition, queue, options);
  wireInformers(definition, options.informers, ctx);
  return { definition, queue, ctx };
}

/** A failure that only says that the cache was old is no news. */
function report(ctx: ControllerContext, key: string, error: unknown): void {
  if (ctx.signal.aborted) return;
  if (isConflict(error) || isStatusError(error, 'NotFound') || isStatusError(error, 'AlreadyExists')) ctx.log.debug('reconcile: trying again', { key, err: (error as Error).message });
  else ctx.log.error('reconcile failed, trying again', error, { key });
}

async function work(queue: RateLimitingQueue, ctx: ControllerContext, pace: Pace, reconcile: NonNullable<Running['reconcile']>): Promise<void> {
  for (let text = await queue.take(); text !== undefined; text = await queue.take()) {
    const wait = pace.wait(text);
    if (wait > 0) {
      queue.addAfter(text, wait);
      queue.done(text);
      continue;
    }
    try {
      const result = await reconcile(parseKeyText(text));
      queue.forget(text);
      if (result?.requeueAfter !== undefined) queue.addAfter(text, result.requeueAfter);
    } catch (error) {
      report(ctx, text, error);
      queue.addRateLimited(text);
    } finally {
      queue.done(text);
    }
  }
}

async function runOne({ definition, queue, ctx }: Wired): Promise<void> {
  const running = definition.start(ctx);
  const { reconcile } = running;
  const pace = new Pace(ctx.clock);
  const workers = reconcile ? Array.from({ length: definition.concurrency }, () => work(queue, ctx, pace, reconcile)) : [];
  try {
    await Promise.all([...workers, running.run?.()]);
  } catch (error) {
    if (!ctx.signal.aborted) ctx.log.error('a controller stopped', error);
  }
}

function refuseDuplicates(controllers: readonly ControllerDefinition[]): void {
  const names = new Set<string>();
  for (const { name } of controllers) {
    if (names.has(name)) throw new Error(`two controllers are named ${name}`);
    names.add(name);
  }
}

/** Resolves when every controller has ended after `signal` aborted. */
export async function runControllers(options: RunControllersOptions): Promise<void> {
  const { controllers, enabled = ['*'], informers, log, signal } = options;
  refuseDuplicates(controllers);
  const wired = controllers.filter((c) => isEnabled(c, enabled)).map((definition) => wire(definition, options));
  signal.addEventListener('abort', () => wired.forEach(({ queue }) => queue.shutDown()), { once: true });
  informers.start(signal);
  try {
    await informers.waitForSync(signal);
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  }
  log.debug('controllers start', { controllers: wired.map(({ definition }) => definition.name) });
  await Promise.all(wired.map(runOne));
}

