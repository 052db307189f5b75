/** Keeps namespaces within their quotas. Behaves like upstream apiserver/pkg/admission/plugin/resourcequota. */
import { newInternalError } from '../../../apimachinery/errors.ts';
import { groupResourceText } from '../../../apimachinery/meta.ts';
import { evaluatorFor } from '../../../apimachinery/quota/evaluators.ts';
import { add, addTo, formatResourceList, parseResourceList } from '../../../apimachinery/quota/resource-list.ts';
import * as core from '../../../apimachinery/types/core.gen.ts';
import type { AdmissionDeps, AdmissionPlugin, Attributes } from '../interface.ts';
import { listsOf } from '../by-namespace.ts';
import { quotaDemands, runningQuota, type RunningQuota } from '../quota-check.ts';

const IGNORED = new Set([
  'bindings',
  'componentstatuses',
  'events',
  'events.events.k8s.io',
  'tokenreviews.authentication.k8s.io',
  'selfsubjectreviews.authentication.k8s.io',
  'subjectaccessreviews.authorization.k8s.io',
  'localsubjectaccessreviews.authorization.k8s.io',
  'selfsubjectaccessreviews.authorization.k8s.io',
  'selfsubjectrulesreviews.authorization.k8s.io',
]);

interface Waiter {
  readonly attributes: Attributes;
  resolve(): void;
  reject(error: unknown): void;
}

export default {
  name: 'ResourceQuota',
  handles: (operation) => operation === 'CREATE' || operation === 'UPDATE',
  concerns: ({ kind, resource }) => !(kind.kind === 'Namespace' && kind.group === '') && !IGNORED.has(groupResourceText(resource)),
  init(deps) {
    const quotasIn = listsOf(deps.stores.cached(core.ResourceQuota));
    const queue = new QuotaQueue(deps);
    return {
      validate(a) {
        if (a.namespace === '' || !a.object || !evaluatorFor(a.resource).handles(a)) return;
        if (quotasIn(a.namespace).length > 0) return queue.check(a);
      },
    };
  },
} satisfies AdmissionPlugin;

/** One batch a namespace at a time: whoever arrives meanwhile is checked together, and pays with one status update. */
class QuotaQueue {
  readonly #deps: AdmissionDeps;
  /** Of the namespaces in which a batch runs: who waits for the next. */
  readonly #waiting = new Map<string, Waiter[]>();

  constructor(deps: AdmissionDeps) {
    this.#deps = deps;
  }

  check(attributes: Attributes): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter = { attributes, resolve, reject };
      const waiting = this.#waiting.get(attributes.namespace);
      if (waiting) waiting.push(waiter);
      else {
        this.#waiting.set(attributes.namespace, []);
        void this.#run(attributes.namespace, [waiter]);
      }
    });
  }

  /** Never rejects: failures go to those who wait. */
  async #run(namespace: string, first: Waiter[]): Promise<void> {
    for (let batch = first; batch.length > 0; batch = this.#waiting.get(namespace)?.splice(0) ?? []) await this.#batch(namespace, batch);
    this.#waiting.delete(namespace);
  }

  async #batch(namespace: string, batch: readonly Waiter[]): Promise<void> {
    const running = this.#deps.stores.cached(core.ResourceQuota).list(namespace).map(runningQuota);
    const paying = batch.filter((waiter) => this.#fits(running, waiter));
    try {
      await Promise.all(running.filter((r) => r.taken.size > 0).map((r) => this.#pay(r)));
      for (const waiter of paying) waiter.resolve();
    } catch (error) {
      for (const waiter of paying) waiter.reject(newInternalError('the usage of a resource quota could not be written', error));
    }
  }

  /** Settles those who pay nothing or do not fit; true: pays. */
  #fits(running: readonly RunningQuota[], { attributes, resolve, reject }: Waiter): boolean {
    try {
      const { object } = attributes;
      const demands = object ? quotaDemands(running, evaluatorFor(attributes.resource), attributes, object, this.#deps.clock.now()) : new Map<RunningQuota, never>();
      if (attributes.dryRun || demands.size === 0) {
        resolve();
        return false;
      }
      for (const [r, demand] of demands) {
        r.used = add(r.used, demand);
        addTo(r.taken, demand);
      }
      return true;
    } catch (error) {
      reject(error);
      return false;
    }
  }

  /** Adds to what stands there now: the quota controller may have counted anew. */
  async #pay({ quota, taken }: RunningQuota): Promise<void> {
    const key = { namespace: quota.metadata.namespace ?? '', name: quota.metadata.name };
    await this.#deps.updateStatus(core.ResourceQuota, key, (current) => ({ ...current, status: { ...current.status, used: formatResourceList(add(parseResourceList(current.status?.used), taken)) } }));
  }
}
