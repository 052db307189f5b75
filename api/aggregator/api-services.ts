/**
 * The APIServices that another server answers for: their condition Available, and what their paths answer while nobody does.
 * Between the stores (registry/generic) and api/server. Behaves like upstream kube-aggregator/pkg/controllers/status/remote and pkg/apiserver/handler_proxy.go.
 */
import { isConflict, isNotFound } from '../../apimachinery/errors.ts';
import type { ApiResponse } from '../../apimachinery/http.ts';
import * as apiregistration from '../../apimachinery/types/apiregistration.gen.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import * as discovery from '../../apimachinery/types/discovery.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { rfc3339, type Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import type { Authenticated, Stores } from '../../registry/generic/context.ts';
import type { AdmissionDeps } from '../admission/interface.ts';
import { textResponse } from '../server/status-response.ts';
import { availabilityOf, withCondition } from './availability.ts';

const SERVICE_NAME = 'kubernetes.io/service-name';

type APIService = apiregistration.APIService;

export interface APIServicesDeps {
  readonly stores: Stores;
  readonly updateStatus: AdmissionDeps['updateStatus'];
  readonly clock: Clock;
  readonly log: Log;
}

/** Keeps the conditions; ends with the function that it returns. */
export function keepAvailability(deps: APIServicesDeps): () => void {
  const keeper = new Availability(deps);
  return keeper.start();
}

class Availability {
  readonly #deps: APIServicesDeps;
  #work: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(deps: APIServicesDeps) {
    this.#deps = deps;
  }

  start(): () => void {
    const { stores } = this.#deps;
    const apis = stores.cached(apiregistration.APIService);
    const ends = [
      apis.onChange(({ object }) => object && this.#enqueue(object)),
      stores.cached(core.Service).onChange(({ key }) => this.#ofService(key.namespace, key.name)),
      stores.cached(discovery.EndpointSlice).onChange(({ key, object, previous }) => this.#ofService(key.namespace, serviceOf(object ?? previous))),
    ];
    for (const api of apis.list()) this.#enqueue(api);
    return () => {
      this.#stopped = true;
      for (const end of ends) end();
    };
  }

  #ofService(namespace: string, name: string | undefined): void {
    const remote = this.#deps.stores.cached(apiregistration.APIService).list();
    for (const api of remote) if (api.spec.service?.namespace === namespace && api.spec.service.name === name) this.#enqueue(api);
  }

  #enqueue({ metadata: { name }, spec }: DeepReadonly<APIService>): void {
    if (!spec.service) return;
    this.#work = this.#work.then(async () => {
      if (this.#stopped) return;
      try {
        await this.#sync(name);
      } catch (error) {
        if (!isNotFound(error) && !isConflict(error)) this.#deps.log.error('the availability of an API service could not be written', error, { name });
      }
    });
  }

  async #sync(name: string): Promise<void> {
    const { stores, updateStatus, clock } = this.#deps;
    const api = stores.cached(apiregistration.APIService).get({ namespace: '', name });
    if (!api?.spec.service) return;
    const { namespace = '', name: serviceName = '' } = api.spec.service;
    const service = stores.cached(core.Service).get({ namespace, name: serviceName });
    const slices = stores.cached(discovery.EndpointSlice).list(namespace).filter((s) => serviceOf(s) === serviceName);
    const wanted = availabilityOf(api, { service, slices });
    if (!withCondition(conditionsOf(api), wanted, '')) return;
    await updateStatus<APIService>(apiregistration.APIService, { namespace: '', name }, (current) => {
      const conditions = withCondition(current.status.conditions, wanted, rfc3339(clock.now()));
      return conditions && { ...current, status: { ...current.status, conditions } };
    });
  }
}

const serviceOf = (slice: DeepReadonly<discovery.EndpointSlice> | undefined): string | undefined => slice?.metadata.labels?.[SERVICE_NAME];
const conditionsOf = ({ status }: DeepReadonly<APIService>): apiregistration.APIServiceCondition[] => (status.conditions ?? []) as apiregistration.APIServiceCondition[];

/** What a path below /apis answers whose group and version another server has. Undefined: nobody is named for it. */
export function aggregatedAnswer(stores: Stores, request: Authenticated): ApiResponse | undefined {
  const [prefix, group, version] = request.info.path.split('/').filter((p) => p !== '');
  if (prefix !== 'apis' || group === undefined || version === undefined) return undefined;
  const api = stores.cached(apiregistration.APIService).get({ namespace: '', name: `${version}.${group}` });
  return api?.spec.service ? textResponse(503, 'service unavailable\n') : undefined;
}
