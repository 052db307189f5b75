/** CustomResourceDefinitions. Behaves like upstream apiextensions-apiserver/pkg/registry/customresourcedefinition. */
import * as apiextensions from '../../apimachinery/types/apiextensions.gen.ts';
import { specStrategy, statusStrategy } from '../core/strategies.ts';
import { defineResource, view } from '../generic/define.ts';
import { validateCustomResourceDefinition, validateCustomResourceDefinitionStatusUpdate, validateCustomResourceDefinitionUpdate } from './validation/customresourcedefinition.ts';

type CRD = apiextensions.CustomResourceDefinition;
const VERSIONS = ['apiextensions.k8s.io/v1'];

/** Whatever was stored once stays listed until somebody migrates it and edits the status. */
function recordStoredVersion(crd: CRD): void {
  const stored = (crd.spec.versions ?? []).find((v) => v.storage)?.name;
  const known = crd.status.storedVersions ?? [];
  if (stored !== undefined && !known.includes(stored)) crd.status = { ...crd.status, storedVersions: [...known, stored] };
}

/** The parts that are always written. */
const emptyStatus = (): CRD['status'] => ({ conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: null });

export default defineResource<apiextensions.CustomResourceDefinition>(apiextensions.CustomResourceDefinition, {
  storagePath: 'apiextensions.k8s.io/customresourcedefinitions',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  strategy: specStrategy<CRD>(VERSIONS, {
    allowUnconditionalUpdate: false,
    prepareForCreate(obj) {
      obj.status = emptyStatus();
      recordStoredVersion(obj);
    },
    prepareForUpdate: (obj) => recordStoredVersion(obj),
    validate: validateCustomResourceDefinition,
    validateUpdate: validateCustomResourceDefinitionUpdate,
  }),
  subresources: {
    status: view(
      statusStrategy<CRD>(VERSIONS, {
        resetFields: { 'apiextensions.k8s.io/v1': [['f:metadata'], ['f:spec']] },
        allowUnconditionalUpdate: false,
        validateUpdate: validateCustomResourceDefinitionStatusUpdate,
      }),
    ),
  },
});
