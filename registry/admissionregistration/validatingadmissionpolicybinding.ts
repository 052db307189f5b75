/** ValidatingAdmissionPolicyBindings. Behaves like upstream pkg/registry/admissionregistration/validatingadmissionpolicybinding. */
import * as admissionregistration from '../../apimachinery/types/admissionregistration.gen.ts';
import { formatLabelSelector } from '../core/cells/selector.ts';
import { generationStrategy } from '../core/strategies.ts';
import { column, defineResource } from '../generic/define.ts';
import { validatePolicyBinding, validatePolicyBindingUpdate } from './validation/policybinding.ts';

export default defineResource<admissionregistration.ValidatingAdmissionPolicyBinding>(
  admissionregistration.ValidatingAdmissionPolicyBinding,
  {
    categories: ['api-extensions'],
    columns: [
      column('PolicyName', (b) => b.spec.policyName ?? ''),
      column('ParamRef', ({ spec: { paramRef: ref } }) =>
        ref?.name ? `${ref.namespace || '*'}/${ref.name}` : ref?.selector ? formatLabelSelector(ref.selector) : '<unset>',
      ),
    ],
    strategy: generationStrategy<admissionregistration.ValidatingAdmissionPolicyBinding>({
      allowUnconditionalUpdate: false,
      metadata: { finalizers: 'generic', onUpdate: ['whole'] },
      validate: validatePolicyBinding,
      validateUpdate: validatePolicyBindingUpdate,
    }),
  },
);
