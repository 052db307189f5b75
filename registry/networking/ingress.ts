/** Ingresses. Behaves like upstream pkg/registry/networking/ingress. */
import * as networking from '../../apimachinery/types/networking.gen.ts';
import { loadBalancerText } from '../core/cells/service.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { specStrategy, statusStrategy } from '../core/strategies.ts';
import { ipWarnings } from '../core/warnings/ip.ts';
import { column, defineResource, view } from '../generic/define.ts';
import { validateIngressCreate, validateIngressStatusUpdate, validateIngressUpdate } from './validation/ingress.ts';

const CLASS = 'kubernetes.io/ingress.class';

function hosts({ spec }: DeepReadonly<networking.Ingress>): string {
  const rules = spec.rules ?? [];
  const list = rules.map((r) => r.host ?? '').filter((h) => h !== '');
  if (list.length === 0) return '*';
  const shown = list.slice(0, 3);
  return rules.length > 3 && list.length >= 3 ? `${shown.join(',')} + ${rules.length - 3} more...` : shown.join(',');
}

export default defineResource<networking.Ingress>(networking.Ingress, {
  storagePath: 'ingress',
  shortNames: ['ing'],
  columns: [
    column('Class', (i) => i.spec.ingressClassName ?? '<none>'),
    column<networking.Ingress>('Hosts', hosts),
    column('Address', (i) => loadBalancerText(i.status.loadBalancer?.ingress)),
    column('Ports', (i) => ((i.spec.tls ?? []).length > 0 ? '80, 443' : '80')),
  ],
  strategy: specStrategy<networking.Ingress>(['networking.k8s.io/v1'], {
    validate: validateIngressCreate,
    validateUpdate: validateIngressUpdate,
    warningsOnCreate: (i) =>
      i.metadata.annotations?.[CLASS] !== undefined && i.spec.ingressClassName === undefined
        ? [`annotation "${CLASS}" is deprecated, please use 'spec.ingressClassName' instead`]
        : [],
  }),
  subresources: {
    status: view(
      statusStrategy<networking.Ingress>(['networking.k8s.io/v1'], {
        validateUpdate: validateIngressStatusUpdate,
        warningsOnUpdate: (i) =>
          (i.status.loadBalancer?.ingress ?? []).flatMap((entry, n) => ipWarnings(`status.loadBalancer.ingress[${n}]`, entry.ip)),
      }),
    ),
  },
});
