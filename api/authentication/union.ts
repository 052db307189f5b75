/** Asks one method after another. Behaves like upstream apiserver/pkg/authentication/request/union. */
import type { MaybePromise } from '../../apimachinery/http.ts';
import { outcomeOf, whenThere } from '../../apimachinery/maybe-promise.ts';
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
    authenticate: (request) => whenThere(firstOf(authenticators, 0, (one) => one.authenticate(request), []), (found) => found && withAuthenticated(found)),
  };
}

/** Stays synchronous as long as each answers at once. */
function firstOf<A>(authenticators: readonly A[], at: number, ask: (one: A) => MaybePromise<AuthenticatedUser | undefined>, errors: Error[]): MaybePromise<AuthenticatedUser | undefined> {
  const one = authenticators[at];
  if (one === undefined) {
    if (errors.length > 0) throw aggregate(errors);
    return undefined;
  }
  const next = (): MaybePromise<AuthenticatedUser | undefined> => firstOf(authenticators, at + 1, ask, errors);
  return outcomeOf(
    () => ask(one),
    (found) => found ?? next(),
    (error) => {
      errors.push(asError(error));
      return next();
    },
  );
}

export function unionOfTokens(authenticators: readonly TokenAuthenticator[]): TokenAuthenticator {
  return {
    name: 'union',
    authenticateToken: (token, audiences) => firstOf(authenticators, 0, (one) => one.authenticateToken(token, audiences), []),
  };
}

/** Falls back to `last` (anonymous) only when the request carried no credentials at all. */
export function failOnError(first: RequestAuthenticator, last: RequestAuthenticator): RequestAuthenticator {
  return { name: 'union', authenticate: (request) => whenThere(first.authenticate(request), (found) => found ?? last.authenticate(request)) };
}

function withAuthenticated(found: AuthenticatedUser): AuthenticatedUser {
  const user = withAuthenticatedGroup(found.user);
  return user === found.user ? found : { ...found, user };
}

/** The same object for the same user: what is derived from a user can be kept by identity. */
const extended = new WeakMap<UserInfo, UserInfo>();

export function withAuthenticatedGroup(user: UserInfo): UserInfo {
  if (user.groups.includes(ALL_AUTHENTICATED) || user.groups.includes(ALL_UNAUTHENTICATED)) return user;
  let more = extended.get(user);
  if (!more) extended.set(user, (more = { ...user, groups: [...user.groups, ALL_AUTHENTICATED] }));
  return more;
}
