/**
 * kube-scheduler: pods without a node come from informers into the queue (./queue), one cycle at a time chooses a node (./schedule-one.ts, pure, over a snapshot of ./cache),
 * binding goes on beside the next cycle. Behaves like upstream pkg/scheduler.
 */
import type { Client, SharedInformers } from '../client/interface.ts';
import { newEventsRecorder, type EventsRecorder } from '../client/record/events-recorder.ts';
import type { Clock } from '../component-base/clock.ts';
import { describeError, type Log } from '../component-base/log.ts';
import type { Rand } from '../component-base/rand.ts';
import { SchedulerCache } from './cache/cache.ts';
import { registerHandlers } from './event-handlers.ts';
import { recordFailure } from './failure.ts';
import { fitMessage, NO_NODES, type Diagnosis } from './framework/fit-error.ts';
import type { Cycle, Plugin, PostFilterResult, PostFilterTools, Status } from './framework/interface.ts';
import { defaultProfile, type Profile } from './framework/profile.ts';
import plugins from './plugins/index.gen.ts';
import { Nominator } from './queue/nominator.ts';
import { SchedulingQueue, type QueuedPod } from './queue/scheduling-queue.ts';
import { filterNode, newCycle, schedulePod } from './schedule-one.ts';

export interface SchedulerOptions {
  readonly client: Client;
  readonly informers: SharedInformers;
  /** Default: one over `client`. */
  readonly events?: EventsRecorder;
  /** The host's name, for events. */
  readonly host?: string;
  readonly clock: Clock;
  readonly rand: Rand;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly profile?: Profile;
}

class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #profile: Profile;
  readonly #cache = new SchedulerCache();
  readonly #queue: SchedulingQueue;
  readonly #nominator = new Nominator();
  readonly #events: EventsRecorder;
  #isReady = false;
  #running = false;
  #start = 0;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#profile = options.profile ?? defaultProfile(plugins);
    this.#queue = new SchedulingQueue({ clock: options.clock, plugins: this.#profile.plugins, onActive: () => this.#kick() });
    options.signal.addEventListener('abort', () => this.#queue.close(), { once: true });
    this.#events = options.events ?? newEventsRecorder({ ...options, controller: this.#profile.schedulerName, host: options.host ?? 'localhost' });
    registerHandlers({ informers: options.informers, cache: this.#cache, queue: this.#queue, nominator: this.#nominator, schedulerName: this.#profile.schedulerName });
    for (const plugin of this.#profile.plugins) for (const type of plugin.needs ?? []) options.informers.informer(type);
    void this.#whenSynced().catch((error: unknown) => options.log.debug('the scheduler ended before it began', { err: describeError(error) }));
  }

  /** Nothing is placed before nodes, pods and what the plug-ins read are known. */
  async #whenSynced(): Promise<void> {
    const { informers, signal } = this.#options;
    await informers.waitForSync(signal);
    this.#isReady = true;
    this.#kick();
  }

  /** Works the active queue off; a burst of pods is one run. */
  #kick(): void {
    if (this.#running || !this.#isReady) return;
    this.#running = true;
    queueMicrotask(() => {
      void this.#drain().catch((error: unknown) => this.#options.log.error('the scheduling loop failed', error));
    });
  }

  async #drain(): Promise<void> {
    try {
      for (let pod = this.#queue.pop(); pod && !this.#options.signal.aborted; pod = this.#queue.pop()) await this.#scheduleOne(pod);
    } finally {
      this.#running = false;
    }
  }

  async #scheduleOne(queued: QueuedPod): Promise<void> {
    const { pod } = queued.info;
    if (pod.metadata.deletionTimestamp !== undefined || this.#cache.isAssumed(pod.metadata.uid)) {
      this.#queue.done(pod.metadata.uid);
      return;
    }
    const snapshot = { ...this.#cache.snapshot(), nominated: this.#nominator.byNode() };
    const cycle = newCycle(queued.info, snapshot, this.#options);
    if (snapshot.nodes.length === 0) {
      await this.#fail(queued, NO_NODES, new Set(['NodeName', 'NodeAffinity']), 'Unschedulable');
      return;
    }
    const decision = schedulePod(cycle, this.#profile.plugins, this.#start, this.#options.rand);
    if ('diagnosis' in decision) await this.#noFit(queued, cycle, decision.filters, decision.diagnosis);
    else {
      this.#start = (this.#start + decision.evaluated) % snapshot.nodes.length;
      this.#place(queued, cycle, decision.node);
    }
  }

  /** Counts the pod on its node at once and binds it in the background. */
  #place(queued: QueuedPod, cycle: Cycle, node: string): void {
    const refused = this.#profile.plugins.map((p) => p.reserve?.(cycle, node)).find((s) => s !== undefined);
    this.#cache.assume(queued.info, node);
    void (refused ? Promise.reject(new Error(refused.reasons.join(', '))) : this.#bind(queued, cycle, node)).catch((error: unknown) => this.#bindFailed(queued, cycle, node, error));
  }

  async #bind(queued: QueuedPod, cycle: Cycle, node: string): Promise<void> {
    const { signal } = this.#options;
    for (const plugin of this.#profile.plugins) {
      const status: Status | undefined = await plugin.preBind?.(cycle, node, signal);
      if (status) throw new Error(status.reasons.join(', '));
    }
    const binder = this.#profile.plugins.find((p) => p.bind);
    if (!binder?.bind) throw new Error('no plug-in of the profile binds');
    await binder.bind(cycle, node, signal);
    this.#queue.done(cycle.pod.metadata.uid);
    const { namespace, name } = cycle.pod.metadata;
    this.#events.record({ regarding: cycle.pod, type: 'Normal', reason: 'Scheduled', action: 'Binding', note: `Successfully assigned ${namespace}/${name} to ${node}` });
    this.#options.log.debug('bound a pod', { pod: cycle.pod.metadata.name, node });
    queued.attempts = 0;
  }

  #bindFailed(queued: QueuedPod, cycle: Cycle, node: string, error: unknown): void {
    for (const plugin of this.#profile.plugins) plugin.unreserve?.(cycle, node);
    this.#cache.forget(cycle.pod.metadata.uid);
    if (this.#options.signal.aborted) return;
    this.#options.log.info('binding a pod failed, it is tried again', { pod: cycle.pod.metadata.name, node, err: describeError(error) });
    void this.#fail(queued, `running Bind plugin "DefaultBinder": ${describeError(error)}`, new Set(), 'SchedulerError').catch((e: unknown) => this.#options.log.error('recording a failed binding failed', e));
  }

  async #noFit(queued: QueuedPod, cycle: Cycle, filters: readonly Plugin[], diagnosis: Diagnosis): Promise<void> {
    const results = await this.#postFilter(cycle, filters, diagnosis);
    const nominated = results.find((r) => r.nominatedNode !== undefined)?.nominatedNode;
    const said = (nominated ?? '') === '' ? results.map((r) => r.message).filter((m) => m !== '') : [];
    const rejectedBy = results.some((r) => r.isFailure) ? new Set<string>() : diagnosis.plugins;
    if (nominated !== undefined) this.#nominator.set(queued.info, nominated);
    await this.#fail(queued, fitMessage(diagnosis, said.join(', ')), rejectedBy, 'Unschedulable', nominated);
  }

  async #postFilter(cycle: Cycle, filters: readonly Plugin[], diagnosis: Diagnosis): Promise<PostFilterResult[]> {
    const { signal, rand, log } = this.#options;
    const { plugins: all } = this.#profile;
    const results: PostFilterResult[] = [];
    const filter: PostFilterTools['filter'] = (c, node) => filterNode(c, filters, node)?.status;
    const tools: PostFilterTools = { plugins: filters, signal, rand, log, recorder: this.#events, filter };
    for (const plugin of all) {
      const result = await plugin.postFilter?.(cycle, diagnosis.nodes, tools);
      if (result) results.push(result);
      if (result?.stop === true || result?.nominatedNode !== undefined) break;
    }
    return results;
  }

  async #fail(queued: QueuedPod, message: string, rejectedBy: ReadonlySet<string>, reason: 'Unschedulable' | 'SchedulerError', nominatedNode?: string): Promise<void> {
    const { client, log, clock, signal } = this.#options;
    this.#queue.reject(queued, rejectedBy);
    await recordFailure({ client, events: this.#events, clock, log, signal }, queued.info.pod, { reason, message, ...(nominatedNode !== undefined && { nominatedNode }) });
  }
}

/** Starts scheduling; everything ends with `signal`. Resolves when the informers it needs have been asked for. */
export function startScheduler(options: SchedulerOptions): void {
  void new Scheduler(options);
  options.log.debug('the scheduler watches for pods');
}

