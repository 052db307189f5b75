/** EndpointSlices. Behaves like upstream pkg/registry/discovery/endpointslice. */
import * as discovery from '../../apimachinery/types/discovery.gen.ts';
import { listWithMore } from '../core/cells/containers.ts';
import { semanticEqual } from '../core/equality.ts';
import { ipWarnings } from '../core/warnings/ip.ts';
import { column, defineResource } from '../generic/define.ts';
import { validateEndpointSliceCreate, validateEndpointSliceUpdate } from './validation/endpointslice.ts';

const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const CONTROLLERS = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io'];

/** Topology of the beta API does not exist in v1. */
function dropTopology(slice: discovery.EndpointSlice, old?: discovery.EndpointSlice): void {
  if (old && semanticEqual(slice.endpoints, old.endpoints)) return;
  for (const endpoint of slice.endpoints ?? []) delete endpoint.deprecatedTopology;
}

/** What makes a change. */
const counted = ({ metadata, endpoints, ports, addressType }: discovery.EndpointSlice): unknown => ({
  labels: metadata.labels,
  endpoints,
  ports,
  addressType,
});

function addressWarnings(slice: discovery.EndpointSlice): readonly string[] {
  if (slice.addressType === 'FQDN' || CONTROLLERS.includes(slice.metadata.labels?.[MANAGED_BY] ?? '')) return [];
  return (slice.endpoints ?? []).flatMap((e, i) => (e.addresses ?? []).flatMap((a, j) => ipWarnings(`endpoints[${i}].addresses[${j}]`, a)));
}

const typeWarnings = ({ addressType }: discovery.EndpointSlice): readonly string[] =>
  addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : [];

export default defineResource<discovery.EndpointSlice>(discovery.EndpointSlice, {
  columns: [
    column('AddressType', (s) => s.addressType),
    column('Ports', (s) =>
      listWithMore(
        (s.ports ?? []).map((p) => String(p.port ?? p.name ?? '*')),
        3,
        '<unset>',
      ),
    ),
    column('Endpoints', (s) =>
      listWithMore(
        (s.endpoints ?? []).flatMap((e) => e.addresses ?? []),
        3,
        '<unset>',
      ),
    ),
  ],
  strategy: {
    prepareForCreate(obj) {
      obj.metadata.generation = 1;
      dropTopology(obj);
    },
    prepareForUpdate(obj, old) {
      if (!semanticEqual(counted(obj), counted(old))) obj.metadata.generation = Number(old.metadata.generation ?? 0) + 1;
      dropTopology(obj, old);
    },
    metadata: { onUpdate: ['whole'] },
    validate: validateEndpointSliceCreate,
    validateUpdate: validateEndpointSliceUpdate,
    warningsOnCreate: (s) => [...typeWarnings(s), ...addressWarnings(s)],
    warningsOnUpdate: addressWarnings,
  },
});
