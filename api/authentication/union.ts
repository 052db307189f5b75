/** Asks one method after another. Behaves like upstream apiserver/pkg/authentication/request/union. */
import type { MaybePromise, Received } from '../../apimachinery/http.ts';
import type { UserInfo } from '../../apimachinery/authorizer.ts';
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
    authenticate(request) {
      const found = firstOf(authenticators, 0, askRequest, request, undefined);
      return found instanceof Promise ? found.then(withAuthenticated) : withAuthenticated(found);
    },
  };
}

type Found = AuthenticatedUser | undefined;
type Ask<A, Q> = (one: A, question: Q) => MaybePromise<Found>;

const askRequest: Ask<RequestAuthenticator, Received> = (one, request) => one.authenticate(request);

/** Stays synchronous as long as each answers at once. `failed`: before. */
function firstOf<A, Q>(authenticators: readonly A[], start: number, ask: Ask<A, Q>, question: Q, failed: readonly Error[] | undefined): MaybePromise<Found> {
  let errors = failed;
  for (let at = start; at < authenticators.length; at++) {
    let found: MaybePromise<Found>;
    try {
      found = ask(authenticators[at] as A, question);
    } catch (error) {
      errors = [...(errors ?? []), asError(error)];
      continue;
    }
    if (found instanceof Promise) return orNext(found, authenticators, at + 1, ask, question, errors);
    if (found) return found;
  }
  if (errors) throw aggregate(errors);
  return undefined;
}

async function orNext<A, Q>(pending: Promise<Found>, authenticators: readonly A[], at: number, ask: Ask<A, Q>, question: Q, failed: readonly Error[] | undefined): Promise<Found> {
  let errors = failed;
  try {
    const found = await pending;
    if (found) return found;
  } catch (error) {
    errors = [...(errors ?? []), asError(error)];
  }
  return firstOf(authenticators, at, ask, question, errors);
}

export function unionOfTokens(authenticators: readonly TokenAuthenticator[]): TokenAuthenticator {
  return {
    name: 'union',
    authenticateToken: (token, audiences) => firstOf(authenticators, 0, (one, asked) => one.authenticateToken(asked, audiences), token, undefined),
  };
}

/** Falls back to `last` (anonymous) only when the request carried no credentials at all. */
export function failOnError(first: RequestAuthenticator, last: RequestAuthenticator): RequestAuthenticator {
  return {
    name: 'union',
    authenticate(request) {
      const found = first.authenticate(request);
      return found instanceof Promise ? found.then((who) => who ?? last.authenticate(request)) : (found ?? last.authenticate(request));
    },
  };
}

function withAuthenticated(found: Found): Found {
  if (!found) return undefined;
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
