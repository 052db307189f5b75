/** Authentication: who sends this request? One file per method, asked in order by ./union.ts for the handler chain (api/server). Behaves like upstream apiserver/pkg/authentication/authenticator. */
import type { MaybePromise, Received } from '../../apimachinery/http.ts';
import type { UserInfo } from '../../apimachinery/authorizer.ts';

export interface AuthenticatedUser {
  readonly user: UserInfo;
  readonly audiences?: readonly string[];
}

/** Undefined: the request carries nothing of this kind. Throws when what it carries is wrong. */
export interface RequestAuthenticator {
  readonly name: string;
  authenticate(request: Received): MaybePromise<AuthenticatedUser | undefined>;
}

/** Undefined: not a token of this kind. Throws when it is one and does not hold. `audiences`: those the caller accepts; [] means the server's own. */
export interface TokenAuthenticator {
  readonly name: string;
  authenticateToken(token: string, audiences: readonly string[]): MaybePromise<AuthenticatedUser | undefined>;
}

export const ALL_AUTHENTICATED = 'system:authenticated';
export const ALL_UNAUTHENTICATED = 'system:unauthenticated';
export const ANONYMOUS_USER = 'system:anonymous';
export const MASTERS = 'system:masters';
