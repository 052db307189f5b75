/** ResourceClaimTemplates. Behaves like upstream pkg/registry/resource/resourceclaimtemplate. */
import * as resource from '../../apimachinery/types/resource.gen.ts';
import { defineResource } from '../generic/define.ts';
import { dropDisabledClaimFields } from './disabled-fields.ts';
import { validateResourceClaimTemplate, validateResourceClaimTemplateUpdate } from './validation/resourceclaim.ts';

export default defineResource<resource.ResourceClaimTemplate>(resource.ResourceClaimTemplate, {
  strategy: {
    returnDeletedObject: true,
    prepareForCreate: (obj) => dropDisabledClaimFields(obj.spec.spec),
    prepareForUpdate: (obj, old) => dropDisabledClaimFields(obj.spec.spec, old.spec.spec),
    metadata: { onCreate: 'placed', onUpdate: 'placed' },
    validate: validateResourceClaimTemplate,
    validateUpdate: validateResourceClaimTemplateUpdate,
  },
});
