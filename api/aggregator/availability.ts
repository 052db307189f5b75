/** Whether a server elsewhere answers for an APIService: a pure decision. Beside ./api-services.ts, which writes it down. Behaves like upstream kube-aggregator/pkg/controllers/status/remote. */
import * as apiregistration from '../../apimachinery/types/apiregistration.gen.ts';
import type { Service } from '../../apimachinery/types/core.gen.ts';
import type { EndpointSlice } from '../../apimachinery/types/discovery.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';

type APIService = DeepReadonly<apiregistration.APIService>;
type Condition = apiregistration.APIServiceCondition;

/** What the cluster says of the service that an APIService names. */
export interface ServiceState {
  readonly service: DeepReadonly<Service> | undefined;
  /** Those of this service. */
  readonly slices: readonly DeepReadonly<EndpointSlice>[];
}

/** The condition Available, without its time. */
export function availabilityOf({ spec }: APIService, { service, slices }: ServiceState): Omit<Condition, 'lastTransitionTime'> {
  const { name = '', namespace = '', port = 443 } = spec.service ?? {};
  const text = `service/${name} in ${JSON.stringify(namespace)}`;
  if (!service) return unavailable('ServiceNotFound', `${text} is not present`);
  if (service.spec.type === 'ClusterIP') {
    const listening = (service.spec.ports ?? []).find((p) => p.port === port);
    if (!listening) return unavailable('ServicePortError', `${text} is not listening on port ${port}`);
    if (slices.length === 0) return unavailable('EndpointsNotFound', `cannot find endpointslices for ${text}`);
    const portName = listening.name ?? '';
    if (!slices.some((s) => isReady(s) && hasPort(s, portName)))
      return unavailable('MissingEndpoints', `endpointslices for ${text} have no addresses with port name ${JSON.stringify(portName)}`);
  }
  return unavailable('FailedDiscoveryCheck', 'this server does not forward requests to aggregated API servers');
}

const unavailable = (reason: string, message: string): Omit<Condition, 'lastTransitionTime'> => ({ type: 'Available', status: 'False', reason, message });

const isReady = (slice: DeepReadonly<EndpointSlice>): boolean => (slice.endpoints ?? []).some((e) => e.conditions?.ready !== false);
const hasPort = (slice: DeepReadonly<EndpointSlice>, name: string): boolean => (slice.ports ?? []).some((p) => p.name === name && p.port !== undefined);

/** The conditions with this one in its place. Undefined: nothing changes. `now`: RFC 3339. */
export function withCondition(conditions: readonly Condition[] | undefined, wanted: Omit<Condition, 'lastTransitionTime'>, now: string): Condition[] | undefined {
  const all = conditions ?? [];
  const old = all.find((c) => c.type === wanted.type);
  if (!old) return [...all, { ...wanted, lastTransitionTime: now }];
  if (old.status === wanted.status && old.reason === wanted.reason && old.message === wanted.message) return undefined;
  const lastTransitionTime = old.status === wanted.status ? old.lastTransitionTime : now;
  return all.map((c) => (c === old ? { ...wanted, lastTransitionTime } : c));
}
