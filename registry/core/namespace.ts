/** Namespaces: they live until the finalizers of their spec are gone, too. Behaves like upstream pkg/registry/core/namespace. */
import { rfc3339 } from '../../component-base/clock.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import { column, defineResource, selectable, view } from '../generic/define.ts';
import {
  validateNamespace,
  validateNamespaceFinalizeUpdate,
  validateNamespaceName,
  validateNamespaceStatusUpdate,
} from './validation/namespace.ts';
import { statusStrategy } from './strategies.ts';

const KUBERNETES = 'kubernetes';
const LABEL = 'kubernetes.io/metadata.name';

export default defineResource<core.Namespace>(core.Namespace, {
  shortNames: ['ns'],
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  columns: [column('Status', (ns) => ns.status.phase ?? '')],
  selectableFields: [selectable<core.Namespace>('status.phase', (ns) => ns.status.phase)],
  strategy: {
    returnDeletedObject: true,
    resetFields: { v1: [['f:status']] },
    validateName: validateNamespaceName,
    prepareForCreate(obj) {
      obj.status = { phase: 'Active' };
      const finalizers = obj.spec.finalizers ?? [];
      obj.spec.finalizers = finalizers.includes(KUBERNETES) ? finalizers : [...finalizers, KUBERNETES];
    },
    prepareForUpdate(obj, old) {
      if (old.spec.finalizers) obj.spec.finalizers = old.spec.finalizers;
      else delete obj.spec.finalizers;
      obj.status = old.status;
    },
    canonicalize(obj) {
      obj.metadata.labels = { ...obj.metadata.labels, [LABEL]: obj.metadata.name };
    },
    metadata: { onUpdate: ['whole', 'change'] },
    validate: validateNamespace,
    validateUpdate: validateNamespace,
    /** The namespace controller empties it first. */
    keepOnDelete(obj, ctx) {
      const isFirst = !obj.metadata.deletionTimestamp;
      if (isFirst) obj.metadata.deletionTimestamp = rfc3339(ctx.clock.now());
      if (isFirst) obj.status = { ...obj.status, phase: 'Terminating' };
      return isFirst || (obj.spec.finalizers ?? []).length > 0;
    },
    shouldDeleteDuringUpdate: (obj) => isFinalized(obj),
  },
  subresources: {
    status: view(
      statusStrategy<core.Namespace>(['v1'], {
        validateUpdate: validateNamespaceStatusUpdate,
        shouldDeleteDuringUpdate: (obj) => isFinalized(obj),
      }),
    ),
    finalize: view<core.Namespace>(
      {
        resetFields: { v1: [['f:status']] },
        prepareForUpdate(obj, old) {
          obj.status = old.status;
        },
        metadata: { onUpdate: ['change'] },
        validateUpdate: validateNamespaceFinalizeUpdate,
        shouldDeleteDuringUpdate: (obj) => isFinalized(obj),
      },
      { verbs: ['update'] },
    ),
  },
});

const isFinalized = ({ spec }: core.Namespace): boolean => (spec.finalizers ?? []).length === 0;
