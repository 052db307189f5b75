/** All methods of a server, in the order in which they are asked. Behaves like upstream pkg/kubeapiserver/authenticator/config.go. */
import type { Clock } from '../../component-base/clock.ts';
import type { Rand } from '../../component-base/rand.ts';
import type { UserInfo } from '../../apimachinery/authorizer.ts';
import type { Stores, Tokens } from '../../registry/generic/context.ts';
import { anonymous } from './anonymous.ts';
import { bearerTokens } from './bearer-token.ts';
import { bootstrapTokens } from './bootstrap-token.ts';
import { clientCertificates, type VerifyChain } from './client-certificate.ts';
import type { RequestAuthenticator, TokenAuthenticator } from './interface.ts';
import { requestHeaders, type RequestHeaderOptions } from './request-header.ts';
import { publicKeyFromPEM, signingKeyFromPEM, type PublicKey } from './service-account-keys.ts';
import { serviceAccountTokens } from './service-account-token.ts';
import { tokenFile } from './token-file.ts';
import { newTokens } from './tokens.ts';
import { failOnError, unionOfRequests, unionOfTokens } from './union.ts';

export interface AuthenticationOptions {
  /** Absent: no client certificates. */
  readonly verifyClient?: VerifyChain;
  readonly requestHeader?: RequestHeaderOptions;
  /** Tokens that exist in this process only, and whose they are; read at each request. */
  readonly processTokens?: ReadonlyMap<string, UserInfo>;
  /** The content of --token-auth-file. */
  readonly tokenFile?: string;
  /** --enable-bootstrap-token-auth */
  readonly bootstrapTokens: boolean;
  /** --anonymous-auth: true reaches everything that is authorised, false nothing; absent: health endpoints only. */
  readonly anonymous?: boolean;
  readonly serviceAccounts: {
    /** PEM, PKCS #8. */
    readonly signingKey: string;
    /** PEM of further keys that are believed. */
    readonly publicKeys?: readonly string[];
    /** The first signs. */
    readonly issuers: readonly string[];
    /** --api-audiences; default: the issuers. */
    readonly audiences?: readonly string[];
  };
}

export interface Authentication {
  readonly authenticator: RequestAuthenticator;
  readonly tokens: Tokens;
  /** Published for others to verify service account tokens. */
  readonly keys: readonly PublicKey[];
}

export async function newAuthentication(options: AuthenticationOptions, deps: { readonly stores: Stores; readonly clock: Clock; readonly rand: Rand }): Promise<Authentication> {
  const { signingKey, publicKeys = [], issuers } = options.serviceAccounts;
  const audiences = options.serviceAccounts.audiences ?? issuers;
  const { signing, verifying } = await signingKeyFromPEM(signingKey);
  const keys = [verifying, ...(await Promise.all(publicKeys.map(publicKeyFromPEM)))].filter((k, i, all) => all.findIndex((o) => o.keyID === k.keyID) === i);
  const tokenAuthenticators: TokenAuthenticator[] = [
    ...(options.processTokens ? [processTokens(options.processTokens)] : []),
    ...(options.tokenFile === undefined ? [] : [tokenFile(options.tokenFile)]),
    serviceAccountTokens({ ...deps, issuers, keys, audiences }),
    ...(options.bootstrapTokens ? [bootstrapTokens(deps.stores, deps.clock)] : []),
  ];
  const tokenUnion = unionOfTokens(tokenAuthenticators);
  const known = unionOfRequests([
    ...(options.requestHeader ? [requestHeaders(options.requestHeader)] : []),
    ...(options.verifyClient ? [clientCertificates(options.verifyClient)] : []),
    bearerTokens(tokenUnion),
  ]);
  const authenticator = options.anonymous === false ? known : failOnError(known, anonymous(options.anonymous === true));
  return { authenticator, tokens: newTokens({ ...deps, authenticator: tokenUnion, signing, issuer: issuers[0] ?? '', defaultAudiences: audiences }), keys };
}

function processTokens(users: ReadonlyMap<string, UserInfo>): TokenAuthenticator {
  return {
    name: 'process-token',
    authenticateToken: (token) => {
      const user = users.get(token);
      return user && { user };
    },
  };
}
