/** Endpoints. Behaves like upstream pkg/registry/core/endpoint. */
import * as core from '../../apimachinery/types/core.gen.ts';
import { column, defineResource } from '../generic/define.ts';
import { endpointsText } from './cells/service.ts';
import { validateEndpointsCreate, validateEndpointsUpdate } from './validation/endpoints.ts';
import { ipWarnings } from './warnings/ip.ts';

const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
const DEPRECATED = 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice';

function warnings(endpoints: core.Endpoints): readonly string[] {
  if (endpoints.metadata.labels?.[MANAGED_BY] === 'endpoint-controller') return [];
  return (endpoints.subsets ?? []).flatMap((s, i) => [
    ...(s.addresses ?? []).flatMap((a, j) => ipWarnings(`subsets[${i}].addresses[${j}].ip`, a.ip)),
    ...(s.notReadyAddresses ?? []).flatMap((a, j) => ipWarnings(`subsets[${i}].notReadyAddresses[${j}].ip`, a.ip)),
  ]);
}

const definition = defineResource<core.Endpoints>(core.Endpoints, {
  storagePath: 'services/endpoints',
  shortNames: ['ep'],
  columns: [column<core.Endpoints>('Endpoints', endpointsText)],
  strategy: {
    allowCreateOnUpdate: true,
    validate: validateEndpointsCreate,
    validateUpdate: validateEndpointsUpdate,
    warningsOnCreate: warnings,
    warningsOnUpdate: warnings,
  },
});

export default {
  ...definition,
  versions: definition.versions.map(
    (v) => Object.defineProperties({ deprecation: DEPRECATED }, Object.getOwnPropertyDescriptors(v)) as typeof v,
  ),
};
