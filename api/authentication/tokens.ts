/** What token reviews and token requests ask of the server (RequestContext.tokens). Behaves like upstream pkg/registry/authentication/tokenreview and pkg/serviceaccount/claims.go. */
import { rfc3339, type Clock } from '../../component-base/clock.ts';
import type { Rand } from '../../component-base/rand.ts';
import type { TokenClaims, Tokens } from '../../registry/generic/context.ts';
import type { AuthenticatedUser, TokenAuthenticator } from './interface.ts';
import { serviceAccountUserName } from './service-account-names.ts';
import type { SigningKey } from './service-account-keys.ts';
import { aggregate, withAuthenticatedGroup } from './union.ts';

const INVALID = 'invalid bearer token';

export interface TokensDeps {
  readonly authenticator: TokenAuthenticator;
  readonly signing: SigningKey;
  readonly issuer: string;
  readonly defaultAudiences: readonly string[];
  readonly clock: Clock;
  readonly rand: Rand;
}

export function newTokens(deps: TokensDeps): Tokens {
  return {
    defaultAudiences: deps.defaultAudiences,
    async review(token, audiences) {
      const [word = ''] = token.trim().split(' ');
      const found = await authenticate(deps.authenticator, word, audiences);
      if (!found) throw new Error(INVALID);
      return { ...found, user: withAuthenticatedGroup(found.user) };
    },
    issue: (claims) => issue(claims, deps),
  };
}

async function authenticate(authenticator: TokenAuthenticator, token: string, audiences: readonly string[]): Promise<AuthenticatedUser | undefined> {
  try {
    return await authenticator.authenticateToken(token, audiences);
  } catch (error) {
    throw aggregate([new Error(INVALID), error instanceof Error ? error : new Error(String(error))]);
  }
}

async function issue(wanted: TokenClaims, { signing, issuer, clock, rand }: TokensDeps): Promise<{ token: string; expirationTimestamp: string }> {
  const { SignJWT } = await import('jose');
  const now = Math.floor(clock.now() / 1000);
  const { namespace, name, uid } = wanted.serviceAccount;
  const exp = now + wanted.expirationSeconds;
  const kubernetes = {
    namespace,
    ...(wanted.node && { node: { name: wanted.node.name, ...(wanted.node.uid !== '' && { uid: wanted.node.uid }) } }),
    ...(wanted.boundTo && { [wanted.boundTo.kind.toLowerCase()]: { name: wanted.boundTo.name, uid: wanted.boundTo.uid } }),
    serviceaccount: { name, uid },
    ...(wanted.warnAfterSeconds > 0 && { warnafter: now + wanted.warnAfterSeconds }),
  };
  const claims = { aud: [...wanted.audiences], exp, iat: now, iss: issuer, jti: rand.uuid(), 'kubernetes.io': kubernetes, nbf: now, sub: serviceAccountUserName({ namespace, name }) };
  const token = await new SignJWT(claims).setProtectedHeader({ alg: signing.algorithm, kid: signing.keyID }).sign(signing.key);
  return { token, expirationTimestamp: rfc3339(exp * 1000) };
}
