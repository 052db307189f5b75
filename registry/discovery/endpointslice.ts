/** EndpointSlices. Behaves like upstream pkg/registry/discovery/endpointslice. */
import type { ObjectMeta } from '../../apimachinery/types/meta.gen.ts';
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

/** What makes a change, but for what the server itself writes. */
function counted({ metadata, endpoints, ports, addressType }: discovery.EndpointSlice): unknown {
  const { generation: _g, managedFields: _m, resourceVersion: _r, ...rest }: Partial<ObjectMeta> = metadata;
  return { rest, endpoints, ports, addressType };
}

function warnings(slice: discovery.EndpointSlice): readonly string[] {
  const deprecated = slice.addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : [];
  if (CONTROLLERS.includes(slice.metadata.labels?.[MANAGED_BY] ?? '')) return deprecated;
  const addresses = (slice.endpoints ?? []).flatMap((e, i) => (e.addresses ?? []).flatMap((a, j) => ipWarnings(`endpoints[${i}].addresses[${j}]`, a)));
  return [...deprecated, ...(slice.addressType === 'FQDN' ? [] : addresses)];
}

export default defineResource<discovery.EndpointSlice>(discovery.EndpointSlice, {
  columns: [
    column('AddressType', (s) => s.addressType),
    column('Ports', (s) => listWithMore((s.ports ?? []).map((p) => String(p.port ?? p.name ?? '*')), 3, '<unset>')),
    column('Endpoints', (s) => listWithMore((s.endpoints ?? []).flatMap((e) => e.addresses ?? []), 3, '<unset>')),
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
    validate: validateEndpointSliceCreate,
    validateUpdate: validateEndpointSliceUpdate,
    warningsOnCreate: warnings,
    warningsOnUpdate: warnings,
  },
});
