/** The 403. Behaves like upstream apiserver/pkg/endpoints/handlers/responsewriters/errors.go. */
import { newForbidden, type StatusError } from '../../apimachinery/errors.ts';
import type { AuthorizationAttributes } from './interface.ts';

/** Answers must not look like HTML. */
function sanitized(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function message(a: AuthorizationAttributes): string {
  const user = JSON.stringify(a.user.name);
  if (!a.isResourceRequest) return `User ${user} cannot ${a.verb} path ${JSON.stringify(a.path)}`;
  const resource = JSON.stringify(a.subresource === '' ? a.resource : `${a.resource}/${a.subresource}`);
  const where = a.namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(a.namespace)}`;
  return `User ${user} cannot ${a.verb} resource ${resource} in API group ${JSON.stringify(a.apiGroup)} ${where}`;
}

/** `reason`: the authoriser's, '' for none. */
export function forbiddenError(attributes: AuthorizationAttributes, reason: string): StatusError {
  const text = sanitized(message(attributes));
  return newForbidden({ group: attributes.apiGroup, resource: attributes.resource }, attributes.name, reason === '' ? text : `${text}: ${reason}`);
}
