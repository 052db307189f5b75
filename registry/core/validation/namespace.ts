/** Namespaces. Behaves like upstream pkg/apis/core/validation/validation.go (ValidateNamespace). */
import type { Namespace } from '../../../apimachinery/types/core.gen.ts';
import { invalid, Path, type ErrorList } from '../../../apimachinery/validation/field.ts';
import { finalizerName } from './finalizer.ts';
import { nameIsDNSLabel } from './format.ts';

const FINALIZERS = Path.of('spec', 'finalizers');
const PHASE = Path.of('status', 'Phase');

export const validateNamespaceName = nameIsDNSLabel;

export const validateNamespace = ({ spec }: Namespace): ErrorList => (spec.finalizers ?? []).flatMap((f) => finalizerName(f, FINALIZERS));

export function validateNamespaceStatusUpdate({ metadata, status }: Namespace): ErrorList {
  const phase = status.phase ?? '';
  if (metadata.deletionTimestamp === undefined || metadata.deletionTimestamp === null) {
    return phase === 'Active' ? [] : [invalid(PHASE, phase, "may only be 'Active' if `deletionTimestamp` is empty")];
  }
  return phase === 'Terminating' ? [] : [invalid(PHASE, phase, "may only be 'Terminating' if `deletionTimestamp` is not empty")];
}

export const validateNamespaceFinalizeUpdate = ({ spec }: Namespace): ErrorList =>
  (spec.finalizers ?? []).flatMap((f, i) => finalizerName(f, FINALIZERS.index(i)));
