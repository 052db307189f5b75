/** Asks one method after another. Behaves like upstream apiserver/pkg/authentication/request/union. */
import type { Received } from '../../apimachinery/http.ts';
import type { UserInfo } from '../../registry/generic/context.ts';
import { ALL_AUTHENTICATED, ALL_UNAUTHENTICATED, type AuthenticatedUser, type RequestAuthenticator, type TokenAuthenticator } from './interface.ts';

/** Several failures as Go's aggregate prints them. */
export function aggregate(errors: readonly Error[]): Error {
  const texts = [...new Set(errors.map((e) => e.message))];
  return new Error(texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`, { cause: errors[0] });
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** The first that succeeds wins; only when none does, the failures count. Who is found belongs to system:authenticated. */
export function unionOfRequests(authenticators: readonly RequestAuthenticator[]): RequestAuthenticator {
  return {
    name: 'union',
    async authenticate(request) {
      const errors: Error[] = [];
      for (const authenticator of authenticators) {
        try {
          const found = await authenticator.authenticate(request);
          if (found) return { ...found, user: withAuthenticatedGroup(found.user) };
        } catch (error) {
          errors.push(asError(error));
        }
      }
      if (errors.length > 0) throw aggregate(errors);
      return undefined;
    },
  };
}

export function unionOfTokens(authenticators: readonly TokenAuthenticator[]): TokenAuthenticator {
  return {
    name: 'union',
    async authenticateToken(token, audiences) {
      const errors: Error[] = [];
      for (const authenticator of authenticators) {
        try {
          const found = await authenticator.authenticateToken(token, audiences);
          if (found) return found;
        } catch (error) {
          errors.push(asError(error));
        }
      }
      if (errors.length > 0) throw aggregate(errors);
      return undefined;
    },
  };
}

/** Falls back to `last` (anonymous) only when the request carried no credentials at all. */
export function failOnError(first: RequestAuthenticator, last: RequestAuthenticator): RequestAuthenticator {
  const authenticate = async (request: Received): Promise<AuthenticatedUser | undefined> => (await first.authenticate(request)) ?? last.authenticate(request);
  return { name: 'union', authenticate };
}

/** The same object for the same user: what is derived from a user can be kept by identity. */
const extended = new WeakMap<UserInfo, UserInfo>();

export function withAuthenticatedGroup(user: UserInfo): UserInfo {
  if (user.groups.includes(ALL_AUTHENTICATED) || user.groups.includes(ALL_UNAUTHENTICATED)) return user;
  let more = extended.get(user);
  if (!more) extended.set(user, (more = { ...user, groups: [...user.groups, ALL_AUTHENTICATED] }));
  return more;
}
