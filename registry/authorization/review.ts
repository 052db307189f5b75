/** What the access reviews have in common: their spec as attributes, the verdict as a status. Behaves like upstream pkg/registry/authorization/util. */
import type * as authorization from '../../apimachinery/types/authorization.gen.ts';
import type { AuthorizationAttributes, UserInfo } from '../../apimachinery/authorizer.ts';
import type { RequestContext } from '../generic/context.ts';
import { readFieldSelector, readLabelSelector, selectorProblems } from './selectors.ts';

type Spec = Pick<authorization.SubjectAccessReviewSpec, 'resourceAttributes' | 'nonResourceAttributes'>;

const NOTHING = { namespace: '', apiGroup: '', apiVersion: '', resource: '', subresource: '', name: '', path: '', verb: '' };

export function attributesOf(user: UserInfo, { resourceAttributes: r, nonResourceAttributes: n }: Spec): AuthorizationAttributes {
  if (!r) return { ...NOTHING, user, isResourceRequest: false, verb: n?.verb ?? '', path: n?.path ?? '' };
  const field = readFieldSelector(r.fieldSelector).text;
  const label = readLabelSelector(r.labelSelector).text;
  return {
    ...NOTHING,
    user,
    isResourceRequest: true,
    verb: r.verb ?? '',
    namespace: r.namespace ?? '',
    apiGroup: r.group ?? '',
    apiVersion: r.version || '*',
    resource: r.resource ?? '',
    subresource: r.subresource ?? '',
    name: r.name ?? '',
    ...(field !== '' && { fieldSelector: field }),
    ...(label !== '' && { labelSelector: label }),
  };
}

export function userOf({ user = '', uid = '', groups = [], extra = {} }: authorization.SubjectAccessReviewSpec): UserInfo {
  return { name: user, uid, groups, extra: Object.fromEntries(Object.entries(extra).map(([k, v]) => [k.toLowerCase(), v])) };
}

export async function decide(
  attributes: AuthorizationAttributes,
  spec: Spec,
  ctx: RequestContext,
): Promise<authorization.SubjectAccessReviewStatus> {
  if (!ctx.authorizer) return { allowed: true };
  const { decision, reason, error } = await ctx.authorizer.authorize(attributes);
  const problems = [...(error ? [error.message] : []), ...selectorProblems(spec.resourceAttributes)];
  return {
    allowed: decision === 'allow',
    ...(decision === 'deny' && { denied: true }),
    ...(reason !== '' && { reason }),
    ...(problems.length > 0 && { evaluationError: problems.join('; ') }),
  };
}
