/**
 * Keeps the registry in step with the CustomResourceDefinitions: names are accepted, resources served, and their objects deleted before a CRD goes.
 * Between the stores (registry/generic) and api/server. Behaves like upstream apiextensions-apiserver/pkg/controller/{status,establish,finalizer}.
 */
import { isNotFound } from '../../apimachinery/errors.ts';
import { keyOf, type ApiObject } from '../../apimachinery/meta.ts';
import { jsonEqual } from '../../apimachinery/equality.ts';
import * as apiextensions from '../../apimachinery/types/apiextensions.gen.ts';
import type { DeepReadonly, ResourceType } from '../../apimachinery/types/type.ts';
import { rfc3339, type Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import type { Metrics } from '../../component-base/metrics.ts';
import type { Rand } from '../../component-base/rand.ts';
import type { InternalUpdate } from '../../registry/generic/context.ts';
import type { Registry } from '../../registry/generic/registry.ts';
import type { ResourceStores } from '../../registry/generic/stores.ts';
import type { WebhookClient } from '../egress/webhook-client.ts';
import { ConversionMetrics } from './conversion/metrics.ts';
import { webhookConverter, type WebhookConverterDeps } from './conversion/webhook-converter.ts';
import { customDefinition } from './custom-definition.ts';
import { naming, type Condition } from './names.ts';

type CRD = apiextensions.CustomResourceDefinition;
type Read = DeepReadonly<CRD>;

export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

export interface CustomResourcesDeps {
  readonly registry: Registry;
  readonly stores: ResourceStores;
  readonly clock: Clock;
  readonly rand: Rand;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Conversion webhooks are asked through it. */
  readonly webhooks: WebhookClient;
}

/** Serves what is established already before it returns; ends with the function that it returns. */
export function serveCustomResources(deps: CustomResourcesDeps): () => void {
  const keeper = new CustomResources(deps);
  return keeper.start();
}

class CustomResources {
  readonly #deps: CustomResourcesDeps;
  readonly #converters: WebhookConverterDeps;
  /** What is served: the CRD's spec, names and stored versions that it was made from. */
  readonly #served = new Map<string, unknown>();
  /** Ends of what waits for the objects of a CRD to go. */
  readonly #waiting = new Map<string, () => void>();
  #work: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(deps: CustomResourcesDeps) {
    this.#deps = deps;
    this.#converters = { ...deps, metrics: new ConversionMetrics(deps.metrics) };
  }

  start(): () => void {
    const crds = this.#deps.stores.cached(apiextensions.CustomResourceDefinition);
    const end = crds.onChange(({ key }) => this.#enqueue(key.name));
    for (const crd of crds.list()) {
      this.#serve(crd);
      this.#enqueue(crd.metadata.name ?? '');
    }
    return () => {
      this.#stopped = true;
      end();
      for (const endWait of this.#waiting.values()) endWait();
    };
  }

  /** One after the other: names are taken in order. */
  #enqueue(name: string): void {
    this.#work = this.#work.then(async () => {
      if (this.#stopped) return;
      try {
        await this.#sync(name);
      } catch (error) {
        this.#deps.log.error('a custom resource definition could not be brought up to date', error, { name });
      }
    });
  }

  async #sync(name: string): Promise<void> {
    const crds = this.#deps.stores.cached(apiextensions.CustomResourceDefinition);
    const crd = crds.get({ namespace: '', name });
    if (!crd) this.#remove(name);
    else if (crd.metadata.deletionTimestamp !== undefined) await this.#finalize(crd);
    else {
      this.#serve(crd);
      await this.#accept(crd, crds.list().filter((o) => o.spec.group === crd.spec.group && o.metadata.name !== name));
    }
  }

  #serve(crd: Read): void {
    const name = crd.metadata.name ?? '';
    if (!isTrue(crd, 'Established')) return;
    const source = { spec: crd.spec, names: crd.status.acceptedNames, storedVersions: crd.status.storedVersions };
    if (jsonEqual(this.#served.get(name), source)) return;
    this.#deps.registry.replace(customDefinition(crd, { isTerminating: () => this.#isTerminating(name), convert: webhookConverter(crd, this.#converters) }));
    this.#served.set(name, source);
  }

  #isTerminating(name: string): boolean {
    const crd = this.#deps.stores.cached(apiextensions.CustomResourceDefinition).get({ namespace: '', name });
    return crd !== undefined && isTrue(crd, 'Terminating');
  }

  #remove(name: string): void {
    this.#endWait(name);
    if (this.#served.delete(name)) this.#deps.registry.remove(name);
  }

  async #accept(crd: Read, others: readonly Read[]): Promise<void> {
    const { accepted, conditions } = naming(crd, others);
    await this.#changeStatus(crd, (current) => {
      const changed = [jsonEqual(current.status.acceptedNames, accepted) ? undefined : (current.status.acceptedNames = accepted), ...conditions.map((c) => this.#setCondition(current, c))];
      return changed.some((c) => c !== undefined && c !== false) ? current : undefined;
    });
  }

  /** Whether it changed. */
  #setCondition(crd: CRD, wanted: Condition): boolean {
    const all = (crd.status.conditions ??= []);
    const old = all.find((c) => c.type === wanted.type);
    if (old && jsonEqual({ ...old, lastTransitionTime: null }, { ...wanted, lastTransitionTime: null })) return false;
    const lastTransitionTime = old?.status === wanted.status ? old.lastTransitionTime : rfc3339(this.#deps.clock.now());
    crd.status.conditions = old ? all.map((c) => (c === old ? { ...wanted, lastTransitionTime } : c)) : [...all, { ...wanted, lastTransitionTime }];
    return true;
  }

  async #finalize(crd: Read): Promise<void> {
    if (!(crd.metadata.finalizers ?? []).includes(CLEANUP_FINALIZER)) return;
    await this.#changeStatus(crd, (current) => (this.#setCondition(current, IN_PROGRESS) ? current : undefined));
    const wasServed = this.#served.has(crd.metadata.name ?? '');
    const left = wasServed ? await this.#deleteObjects(crd) : 0;
    if (left > 0) return;
    this.#endWait(crd.metadata.name ?? '');
    await this.#change(crd, (current) => {
      this.#setCondition(current, wasServed ? COMPLETED : NEVER_ESTABLISHED);
      current.metadata.finalizers = (current.metadata.finalizers ?? []).filter((f) => f !== CLEANUP_FINALIZER);
      return current;
    });
  }

  /** How many are still there. Their going is waited for. */
  async #deleteObjects(crd: Read): Promise<number> {
    const name = crd.metadata.name ?? '';
    const type = typeOf(crd);
    const store = this.#deps.stores.of(type);
    if (!this.#waiting.has(name)) this.#waiting.set(name, this.#deps.stores.cached(type).onChange(({ object }) => void (object ?? this.#enqueue(name))));
    for (const obj of await store.list()) {
      if (obj.metadata.deletionTimestamp !== undefined) continue;
      await store.deleteGracefully(keyOf(obj), {}).catch(ignoreNotFound);
    }
    return (await store.list()).length;
  }

  #endWait(name: string): void {
    this.#waiting.get(name)?.();
    this.#waiting.delete(name);
  }

  /** As a client of the server's own, whose fields are then its. */
  #changeStatus(crd: Read, change: (current: CRD) => CRD | undefined): Promise<void> {
    return this.#change(crd, change, { subresource: 'status' });
  }

  async #change(crd: Read, change: (current: CRD) => CRD | undefined, options?: InternalUpdate): Promise<void> {
    await this.#deps.stores.of(apiextensions.CustomResourceDefinition).update({ namespace: '', name: crd.metadata.name ?? '' }, change, options).catch(ignoreNotFound);
  }
}

const terminating = (status: 'True' | 'False', reason: string, message: string): Condition => ({ type: 'Terminating', status, reason, message });
const IN_PROGRESS = terminating('True', 'InstanceDeletionInProgress', 'CustomResource deletion is in progress');
const COMPLETED = terminating('False', 'InstanceDeletionCompleted', 'removed all instances');
const NEVER_ESTABLISHED = terminating('False', 'NeverEstablished', 'resource was never established');

const isTrue = (crd: Read, type: string): boolean => (crd.status.conditions ?? []).some((c) => c.type === type && c.status === 'True');

/** Stores are found by group and plural. */
function typeOf(crd: Read): ResourceType<ApiObject> {
  const { group, names, versions } = crd.spec;
  return { gvk: { group, version: versions?.[0]?.name ?? '', kind: names.kind }, plural: names.plural } as ResourceType<ApiObject>;
}

/** Another was faster. */
function ignoreNotFound(error: unknown): undefined {
  if (isNotFound(error)) return undefined;
  throw error;
}
