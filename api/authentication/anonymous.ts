/** Requests without credentials. Behaves like upstream apiserver/pkg/authentication/request/anonymous. */
import type { UserInfo } from '../../apimachinery/authorizer.ts';
import { ALL_UNAUTHENTICATED, ANONYMOUS_USER, type RequestAuthenticator } from './interface.ts';

const ANONYMOUS: UserInfo = { name: ANONYMOUS_USER, uid: '', groups: [ALL_UNAUTHENTICATED], extra: {} };
const HEALTH = new Set(['/healthz', '/livez', '/readyz']);

/** `everywhere` (--anonymous-auth=true); otherwise they reach the health endpoints only. */
export function anonymous(everywhere: boolean): RequestAuthenticator {
  return { name: 'anonymous', authenticate: (request) => (everywhere || HEALTH.has(request.rawPath) ? { user: ANONYMOUS } : undefined) };
}
