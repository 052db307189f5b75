/** The refusal of an admission plug-in. Behaves like upstream apiserver/pkg/admission/errors.go. */
import { isStatusError, newForbidden, type StatusError } from '../../apimachinery/errors.ts';
import type { Attributes } from './interface.ts';

export function forbidden(a: Attributes, why: string | Error): StatusError {
  if (isStatusError(why, 'Forbidden')) return why;
  return newForbidden({ group: a.resource.group, resource: a.resource.resource }, nameOf(a), typeof why === 'string' ? why : why.message);
}

/** A name that the server will generate is told by its prefix. */
function nameOf(a: Attributes): string {
  if (a.name !== '') return a.name;
  const { name, generateName } = a.object?.metadata ?? {};
  if (name) return name;
  return generateName ? generateName : 'Unknown';
}
