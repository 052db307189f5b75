/** CustomResourceDefinitions. Behaves like upstream apiextensions-apiserver/pkg/registry/customresourcedefinition. */
import * as apiextensions from '../../apimachinery/types/apiextensions.gen.ts';
import { rfc3339 } from '../../component-base/clock.ts';
import { specStrategy, statusStrategy } from '../core/strategies.ts';
import { defineResource, otherVersionOf, view } from '../generic/define.ts';
import { unknownFormats } from './formats.ts';
import {
  validateCustomResourceDefinition,
  validateCustomResourceDefinitionStatusUpdate,
  validateCustomResourceDefinitionUpdate,
} from './validation/customresourcedefinition.ts';
import { typeDefaults } from './validation/defaults.ts';
import { StoredDefinition, toV1, type BetaDefinition } from './v1beta1.ts';

type CRD = apiextensions.CustomResourceDefinition;
const VERSIONS = ['apiextensions.k8s.io/v1'];

/** Whatever was stored once stays listed until somebody migrates it and edits the status. */
function recordStoredVersion(crd: CRD): void {
  const stored = (crd.spec.versions ?? []).find((v) => v.storage)?.name;
  const known = crd.status.storedVersions ?? [];
  if (stored !== undefined && !known.includes(stored)) crd.status = { ...crd.status, storedVersions: [...known, stored] };
}

const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

/** The first deletion: its objects go before it. */
function markForCleanup(crd: CRD, now: string): void {
  crd.metadata.deletionTimestamp = now;
  const finalizers = crd.metadata.finalizers ?? [];
  if (!finalizers.includes(CLEANUP_FINALIZER)) crd.metadata.finalizers = [...finalizers, CLEANUP_FINALIZER];
  const terminating = {
    type: 'Terminating',
    status: 'True',
    lastTransitionTime: now,
    reason: 'InstanceDeletionPending',
    message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
  };
  crd.status.conditions = [...(crd.status.conditions ?? []).filter((c) => c.type !== 'Terminating'), terminating];
}

/** The parts that are always written. */
const emptyStatus = (): CRD['status'] => ({ conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: null });

/** Those that were there before are not told again. */
function formatWarnings({ spec }: CRD, old?: CRD): string[] {
  const before = old ? unknownFormats(old.spec) : [];
  return unknownFormats(spec).flatMap((format) => (before.includes(format) ? [] : [`unrecognized format ${JSON.stringify(format)}`]));
}

export default defineResource<apiextensions.CustomResourceDefinition>(apiextensions.CustomResourceDefinition, {
  storagePath: 'apiextensions.k8s.io/customresourcedefinitions',
  storedAsJson: true,
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  strategy: specStrategy<CRD>(VERSIONS, {
    allowUnconditionalUpdate: false,
    metadata: { finalizers: 'generic' },
    prepareForCreate(obj) {
      obj.status = emptyStatus();
      recordStoredVersion(obj);
    },
    prepareForUpdate: (obj) => recordStoredVersion(obj),
    keepOnDelete(obj, ctx) {
      if (obj.metadata.deletionTimestamp) return false;
      markForCleanup(obj, rfc3339(ctx.clock.now()));
      return true;
    },
    canonicalize: ({ spec }) => typeDefaults(spec),
    validate: validateCustomResourceDefinition,
    validateUpdate: validateCustomResourceDefinitionUpdate,
    warningsOnCreate: (crd) => formatWarnings(crd),
    warningsOnUpdate: formatWarnings,
  }),
  subresources: {
    status: view(
      statusStrategy<CRD>(VERSIONS, {
        resetFields: { 'apiextensions.k8s.io/v1': [['f:metadata'], ['f:spec']] },
        allowUnconditionalUpdate: false,
        metadata: { onUpdate: ['change'], finalizers: 'generic' },
        validateUpdate: validateCustomResourceDefinitionStatusUpdate,
      }),
    ),
  },
  versions: [otherVersionOf<CRD, BetaDefinition>({ type: StoredDefinition, served: false, toStorage: toV1 })],
});
