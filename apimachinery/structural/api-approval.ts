/** Groups of the community take approved APIs only: what a CustomResourceDefinition's annotation says of it. Behaves like upstream apiextensions-apiserver/pkg/apihelpers. */
import { goQuote } from '../go-text.ts';

export const APPROVAL_ANNOTATION = 'api-approved.kubernetes.io';
const SEE = 'see https://github.com/kubernetes/enhancements/pull/1111';
const NEED = `protected groups must have approval annotation "${APPROVAL_ANNOTATION}"`;

export interface Approval {
  readonly state: 'missing' | 'bypassed' | 'approved' | 'invalid';
  readonly reason: string;
}

const isProtected = (group: string): boolean => /(?:^|\.)(?:k8s|kubernetes)\.io$/.test(group);

/** undefined: the group is not the community's. */
export function apiApproval(group: string, annotations: Readonly<Record<string, string>> = {}): Approval | undefined {
  if (!isProtected(group)) return undefined;
  const text = annotations[APPROVAL_ANNOTATION] ?? '';
  if (text === '') return { state: 'missing', reason: `${NEED}, ${SEE}` };
  if (text.startsWith('unapproved')) return { state: 'bypassed', reason: `not approved: ${goQuote(text)}` };
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+/i.test(text)) return { state: 'approved', reason: `approved in ${text}` };
  return { state: 'invalid', reason: `${NEED} with either a URL or a reason starting with "unapproved", ${SEE}` };
}
