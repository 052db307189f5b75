/** IngressClasses. Behaves like upstream pkg/registry/networking/ingressclass. */
import * as networking from '../../apimachinery/types/networking.gen.ts';
import { generationStrategy } from '../core/strategies.ts';
import { column, defineResource } from '../generic/define.ts';
import { validateIngressClass, validateIngressClassUpdate } from './validation/ingressclass.ts';

export default defineResource<networking.IngressClass>(networking.IngressClass, {
  columns: [
    column('Controller', (c) => c.spec.controller ?? ''),
    column('Parameters', ({ spec: { parameters: p } }) =>
      p ? `${p.kind}${p.apiGroup === undefined ? '' : `.${p.apiGroup}`}/${p.name}` : '<none>',
    ),
  ],
  strategy: generationStrategy<networking.IngressClass>({
    metadata: { onUpdate: 'placed' },
    validate: validateIngressClass,
    validateUpdate: validateIngressClassUpdate,
  }),
});
