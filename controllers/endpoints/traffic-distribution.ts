/** Hints that keep traffic near. Behaves like upstream k8s.io/endpointslice/trafficdist. */
import type * as discovery from '../../apimachinery/types/discovery.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { semanticEqual } from '../framework/semantic-equal.ts';

type Endpoint = DeepReadonly<discovery.Endpoint>;
type Hints = DeepReadonly<discovery.EndpointHints>;

function hintsOf(endpoint: Endpoint, distribution: string): Hints | undefined {
  if (endpoint.zone === undefined || endpoint.conditions.ready === false) return distribution === 'PreferSameNode' && endpoint.nodeName !== undefined && endpoint.conditions.ready !== false ? { forNodes: [{ name: endpoint.nodeName }] } : undefined;
  const forZones = [{ name: endpoint.zone }];
  return distribution === 'PreferSameNode' && endpoint.nodeName !== undefined ? { forZones, forNodes: [{ name: endpoint.nodeName }] } : { forZones };
}

/** The endpoints with the hints that spec.trafficDistribution asks for; undefined asks for none. */
export function withHints(endpoints: readonly Endpoint[], distribution: string | undefined): readonly Endpoint[] {
  return endpoints.map((endpoint) => {
    const { hints: _, ...bare } = endpoint;
    const hints = distribution === undefined ? undefined : hintsOf(endpoint, distribution);
    return hints ? { ...bare, hints } : bare;
  });
}

export function sameHints(a: readonly Endpoint[], b: readonly Endpoint[]): boolean {
  return a.length === b.length && a.every((endpoint, i) => semanticEqual(endpoint.hints, b[i]?.hints));
}
