/** ValidatingAdmissionPolicies. Behaves like upstream pkg/registry/admissionregistration/validatingadmissionpolicy. */
import * as admissionregistration from '../../apimachinery/types/admissionregistration.gen.ts';
import { metadataKeepingStatusStrategy, specStrategy } from '../core/strategies.ts';
import { column, defineResource, view } from '../generic/define.ts';
import { validatePolicy, validatePolicyStatusUpdate, validatePolicyUpdate } from './validation/policy.ts';

const VERSIONS = ['admissionregistration.k8s.io/v1'];

export default defineResource<admissionregistration.ValidatingAdmissionPolicy>(admissionregistration.ValidatingAdmissionPolicy, {
  categories: ['api-extensions'],
  columns: [
    column('Validations', (p) => (p.spec.validations ?? []).length),
    column('ParamKind', ({ spec: { paramKind: k } }) => (k ? `${k.apiVersion ?? ''}/${k.kind ?? ''}` : '<unset>')),
  ],
  strategy: specStrategy<admissionregistration.ValidatingAdmissionPolicy>(VERSIONS, {
    allowUnconditionalUpdate: false,
    metadata: { finalizers: 'generic', onUpdate: ['whole'] },
    validate: validatePolicy,
    validateUpdate: validatePolicyUpdate,
  }),
  subresources: {
    status: view(
      metadataKeepingStatusStrategy<admissionregistration.ValidatingAdmissionPolicy>(VERSIONS, {
        allowUnconditionalUpdate: false,
        metadata: { onUpdate: [] },
        validateUpdate: validatePolicyStatusUpdate,
      }),
    ),
  },
});
