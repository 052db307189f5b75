/** Which node a user is. Behaves like upstream pkg/auth/nodeidentifier. */
import type { UserInfo } from '../../../apimachinery/authorizer.ts';

const PREFIX = 'system:node:';

/** Undefined: no node. '': a node that does not say which. */
export function nodeNameOf(user: UserInfo): string | undefined {
  if (!user.groups.includes('system:nodes')) return undefined;
  return user.name.startsWith(PREFIX) ? user.name.slice(PREFIX.length) : undefined;
}
