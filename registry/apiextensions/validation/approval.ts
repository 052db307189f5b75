/** Groups of the community take approved APIs only. Behaves like upstream apiextensions-apiserver/pkg/apis/apiextensions/validation (validateAPIApproval). */
import { apiApproval, APPROVAL_ANNOTATION, type Approval } from '../../../apimachinery/structural/api-approval.ts';
import type { CustomResourceDefinition } from '../../../apimachinery/types/apiextensions.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { invalid, Path, required, type FieldError } from '../../../apimachinery/validation/field.ts';

type CRD = DeepReadonly<CustomResourceDefinition>;

const approvalOf = ({ spec, metadata }: CRD): Approval | undefined => apiApproval(spec.group, metadata.annotations);

export function approvalErrors(crd: CRD, old?: CRD): FieldError[] {
  const approval = approvalOf(crd);
  if (!approval || (old && approvalOf(old)?.state === approval.state)) return [];
  const at = Path.of('metadata', 'annotations').key(APPROVAL_ANNOTATION);
  if (approval.state === 'missing') return [required(at, approval.reason)];
  return approval.state === 'invalid' ? [invalid(at, crd.metadata.annotations?.[APPROVAL_ANNOTATION], approval.reason)] : [];
}
