/** Groups of the community take approved APIs only. Behaves like upstream apiextensions-apiserver/pkg/apihelpers. */
import type { CustomResourceDefinition } from '../../../apimachinery/types/apiextensions.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { invalid, Path, required, type FieldError } from '../../../apimachinery/validation/field.ts';

type CRD = DeepReadonly<CustomResourceDefinition>;
const ANNOTATION = 'api-approved.kubernetes.io';
const SEE = 'see https://github.com/kubernetes/enhancements/pull/1111';

type Approval = 'missing' | 'bypassed' | 'approved' | 'invalid';

const isProtected = (group: string): boolean => /(?:^|\.)(?:k8s|kubernetes)\.io$/.test(group);

function approvalOf(crd: CRD): Approval {
  const text = crd.metadata.annotations?.[ANNOTATION] ?? '';
  if (text === '') return 'missing';
  if (text.startsWith('unapproved')) return 'bypassed';
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+/i.test(text) ? 'approved' : 'invalid';
}

export function approvalErrors(crd: CRD, old?: CRD): FieldError[] {
  if (!isProtected(crd.spec.group)) return [];
  const approval = approvalOf(crd);
  if (old && approvalOf(old) === approval) return [];
  const at = Path.of('metadata', 'annotations').key(ANNOTATION);
  const need = `protected groups must have approval annotation "${ANNOTATION}"`;
  if (approval === 'missing') return [required(at, `${need}, ${SEE}`)];
  const detail = `${need} with either a URL or a reason starting with "unapproved", ${SEE}`;
  return approval === 'invalid' ? [invalid(at, crd.metadata.annotations?.[ANNOTATION], detail)] : [];
}
