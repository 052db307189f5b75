/** Access to devices that others use needs a label on the namespace. Behaves like upstream pkg/registry/resource (AuthorizedForAdmin). */
import * as core from '../../../apimachinery/types/core.gen.ts';
import { forbidden, internalError, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import type { RequestContext } from '../../generic/context.ts';

const LABEL = 'resource.kubernetes.io/admin-access';

interface Asked {
  readonly adminAccess?: boolean;
}

/** The first one that asks is told. */
export function adminAccess(list: readonly (Asked | undefined)[], path: Path, namespace: string, ctx: RequestContext): FieldError[] {
  const i = list.findIndex((item) => item?.adminAccess === true);
  if (i < 0) return [];
  const at = path.index(i).child('adminAccess');
  const owner = ctx.stores.cached(core.Namespace).get({ namespace: '', name: namespace });
  if (!owner) return [internalError(at, `could not retrieve namespace to verify admin access: namespaces "${namespace}" not found`)];
  return owner.metadata.labels?.[LABEL] === 'true'
    ? []
    : [forbidden(at, `admin access to devices requires the \`${LABEL}: true\` label on the containing namespace`)];
}
