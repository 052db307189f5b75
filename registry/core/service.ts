/** Services: their addresses and node ports are taken in ./services. Behaves like upstream pkg/registry/core/service. */
import * as core from '../../apimachinery/types/core.gen.ts';
import { column, connecting, defineResource, selectable, view } from '../generic/define.ts';
import { formatLabels } from './cells/selector.ts';
import { externalIP, servicePorts } from './cells/service.ts';
import { proxyToService, PROXY_VERBS } from './proxy.ts';
import { afterServiceDelete, beginService } from './services/allocate.ts';
import { dropTypeDependentFields } from './services/fields.ts';
import { specStrategy, statusStrategy } from './strategies.ts';
import { validateServiceCreate, validateServiceName, validateServiceStatusUpdate, validateServiceUpdate } from './validation/service.ts';
import { ipWarnings } from './warnings/ip.ts';
import { serviceWarnings } from './warnings/service.ts';

export default defineResource<core.Service>(core.Service, {
  storagePath: 'services/specs',
  shortNames: ['svc'],
  categories: ['all'],
  columns: [
    column('Type', (s) => s.spec.type ?? ''),
    column('Cluster-IP', (s) => s.spec.clusterIPs?.[0] ?? '<none>'),
    column<core.Service>('External-IP', externalIP),
    column<core.Service>('Port(s)', servicePorts),
    column('Selector', (s) => formatLabels(s.spec.selector)),
  ],
  selectableFields: [
    selectable<core.Service>('spec.clusterIP', (s) => s.spec.clusterIP),
    selectable<core.Service>('spec.type', (s) => s.spec.type),
  ],
  strategy: specStrategy<core.Service>(['v1'], {
    returnDeletedObject: true,
    generation: 'none',
    allowCreateOnUpdate: true,
    validateName: validateServiceName,
    begin: beginService,
    prepareForCreate(obj) {
      obj.status = { loadBalancer: {} };
    },
    prepareForUpdate: dropTypeDependentFields,
    metadata: { onUpdate: ['change'] },
    validate: validateServiceCreate,
    validateUpdate: validateServiceUpdate,
    warningsOnCreate: (s) => serviceWarnings(s),
    warningsOnUpdate: serviceWarnings,
    /** It means nothing there; upstream hides it on every read. */
    canonicalize(obj) {
      if (obj.spec.type === 'ExternalName') delete obj.spec.internalTrafficPolicy;
    },
    afterDelete: afterServiceDelete,
  }),
  subresources: {
    status: view(
      statusStrategy<core.Service>(['v1'], {
        validateUpdate: validateServiceStatusUpdate,
        warningsOnUpdate: (s) =>
          (s.status.loadBalancer?.ingress ?? []).flatMap((ing, i) =>
            ing.ip ? ipWarnings(`status.loadBalancer.ingress[${i}]`, ing.ip) : [],
          ),
      }),
    ),
    proxy: connecting(core.ServiceProxyOptions, PROXY_VERBS, true, proxyToService),
  },
});
