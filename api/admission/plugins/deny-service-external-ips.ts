/** No new external IPs on services. Behaves like upstream plugin/pkg/admission/network/denyserviceexternalips. */
import type * as core from '../../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { forbidden } from '../forbidden.ts';
import type { AdmissionPlugin } from '../interface.ts';

export default {
  name: 'DenyServiceExternalIPs',
  handles: (operation) => operation === 'CREATE' || operation === 'UPDATE',
  concerns: ({ resource, subresource }) => resource.group === '' && resource.resource === 'services' && subresource === '',
  init: () => ({
    validate(a) {
      const ips = (service: unknown): readonly string[] => (service as DeepReadonly<core.Service> | undefined)?.spec?.externalIPs ?? [];
      const old = new Set(ips(a.oldObject));
      if (!ips(a.object).every((ip) => old.has(ip))) throw forbidden(a, 'Use of external IPs is denied by admission control');
    },
  }),
} satisfies AdmissionPlugin;
