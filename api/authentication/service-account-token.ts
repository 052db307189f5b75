/** Service account tokens: signed JSON web tokens bound to objects that must still exist. Behaves like upstream pkg/serviceaccount (jwt.go, claims.go, legacy.go). */
import * as core from '../../apimachinery/types/core.gen.ts';
import { newNotFound } from '../../apimachinery/errors.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Clock } from '../../component-base/clock.ts';
import type { UserInfo } from '../../apimachinery/authorizer.ts';
import type { CachedReader, Stores } from '../../registry/generic/context.ts';
import { fromBase64Url } from './bearer-token.ts';
import { equalInConstantTime } from './constant-time.ts';
import type { AuthenticatedUser, TokenAuthenticator } from './interface.ts';
import { groupsOfServiceAccount, serviceAccountUserName, splitServiceAccountName } from './service-account-names.ts';
import type { PublicKey } from './service-account-keys.ts';

export const LEGACY_ISSUER = 'kubernetes/serviceaccount';
const LEEWAY_SECONDS = 60;
const REMEMBERED = 4096;
const EXTRA = 'authentication.kubernetes.io/';

interface Ref {
  readonly name: string;
  readonly uid: string;
}
export interface Claims {
  readonly iss?: string;
  readonly sub?: string;
  readonly aud?: string | readonly string[];
  readonly exp?: number;
  readonly nbf?: number;
  readonly iat?: number;
  readonly jti?: string;
  readonly 'kubernetes.io'?: { readonly namespace?: string; readonly serviceaccount?: Ref; readonly pod?: Ref; readonly secret?: Ref; readonly node?: Ref; readonly warnafter?: number };
  readonly 'kubernetes.io/serviceaccount/namespace'?: string;
  readonly 'kubernetes.io/serviceaccount/secret.name'?: string;
  readonly 'kubernetes.io/serviceaccount/service-account.name'?: string;
  readonly 'kubernetes.io/serviceaccount/service-account.uid'?: string;
}

export interface ServiceAccountTokenOptions {
  readonly stores: Stores;
  readonly clock: Clock;
  /** The first signs, all are believed. */
  readonly issuers: readonly string[];
  readonly keys: readonly PublicKey[];
  /** --api-audiences; default: the issuers. */
  readonly audiences: readonly string[];
}

interface Verified {
  readonly claims: Claims;
  /** The same object each time. */
  readonly user: UserInfo;
  readonly isLegacy: boolean;
}

/** Tokens of other issuers are not ours: undefined. The signature of a token is verified once, the rest each time. */
export function serviceAccountTokens(options: ServiceAccountTokenOptions): TokenAuthenticator {
  const verified = new Map<string, Verified>();
  const check = objectChecks(options.stores, options.clock);
  const accepted = (token: string, { claims, user, isLegacy }: Verified, requested: readonly string[]): AuthenticatedUser => {
    const audiences = acceptedAudiences(claims, requested, options.audiences);
    if (isLegacy) check.legacy(token, claims);
    else check.bound(claims);
    return { user, audiences };
  };
  return {
    name: 'service-account-token',
    authenticateToken(token, requested) {
      const known = verified.get(token);
      if (known) return accepted(token, known, requested);
      const issuer = issuerOf(token);
      if (issuer === undefined || (issuer !== LEGACY_ISSUER && !options.issuers.includes(issuer))) return undefined;
      return verify(token, options.keys, issuer === LEGACY_ISSUER).then((fresh) => {
        if (verified.size >= REMEMBERED) verified.delete(verified.keys().next().value ?? '');
        verified.set(token, fresh);
        return accepted(token, fresh, requested);
      });
    },
  };
}

/** The claimed issuer of anything that looks like a token. */
function issuerOf(token: string): string | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  try {
    const { iss } = JSON.parse(new TextDecoder().decode(fromBase64Url(parts[1] ?? ''))) as Claims;
    return typeof iss === 'string' ? iss : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException || error instanceof TypeError) return undefined;
    throw error;
  }
}

async function verify(token: string, keys: readonly PublicKey[], isLegacy: boolean): Promise<Verified> {
  const { compactVerify, decodeProtectedHeader } = await import('jose');
  const kid = decodeProtectedHeader(token).kid;
  const candidates = kid === undefined || kid === '' ? keys : keys.filter((k) => k.keyID === kid);
  if (candidates.length === 0) throw new Error('invalid signature, no keys found');
  for (const candidate of candidates) {
    try {
      const { payload } = await compactVerify(token, candidate.key, { algorithms: [candidate.algorithm] });
      const claims = JSON.parse(new TextDecoder().decode(payload)) as Claims;
      return { claims, user: userOf(claims), isLegacy };
    } catch (error) {
      if (candidate === candidates.at(-1)) throw new Error('go-jose/go-jose: error in cryptographic primitive', { cause: error });
    }
  }
  throw new Error('invalid signature, no keys found');
}

function goList(texts: readonly string[]): string {
  return `[${texts.map((t) => JSON.stringify(t)).join(' ')}]`;
}

function acceptedAudiences({ aud }: Claims, requested: readonly string[], own: readonly string[]): readonly string[] {
  const listed = aud === undefined ? [] : typeof aud === 'string' ? [aud] : aud;
  const ofToken = listed.length === 0 ? own : listed;
  const wanted = requested.length === 0 ? own : requested;
  const both = wanted.filter((a) => ofToken.includes(a));
  if (both.length === 0 && own.length > 0) throw new Error(`token audiences ${goList(ofToken)} is invalid for the target audiences ${goList(wanted)}`);
  return both;
}

function userOf(claims: Claims): UserInfo {
  const k = claims['kubernetes.io'];
  const namespace = k?.namespace ?? claims['kubernetes.io/serviceaccount/namespace'] ?? '';
  const name = k?.serviceaccount?.name ?? claims['kubernetes.io/serviceaccount/service-account.name'] ?? '';
  const uid = k?.serviceaccount?.uid ?? claims['kubernetes.io/serviceaccount/service-account.uid'] ?? '';
  const extra: Record<string, readonly string[]> = {};
  if (k?.pod) Object.assign(extra, { [`${EXTRA}pod-name`]: [k.pod.name], [`${EXTRA}pod-uid`]: [k.pod.uid] });
  if (claims.jti !== undefined && claims.jti !== '') extra[`${EXTRA}credential-id`] = [`JTI=${claims.jti}`];
  if (k?.node) extra[`${EXTRA}node-name`] = [k.node.name];
  if (k?.node?.uid) extra[`${EXTRA}node-uid`] = [k.node.uid];
  return { name: serviceAccountUserName({ namespace, name }), uid, groups: groupsOfServiceAccount(namespace), extra };
}

type Bound = DeepReadonly<{ metadata: { uid?: string; deletionTimestamp?: string } }>;

function objectChecks(stores: Stores, clock: Clock): { bound(claims: Claims): void; legacy(token: string, claims: Claims): void } {
  const accounts = stores.cached(core.ServiceAccount);
  const readers = { pod: stores.cached(core.Pod), secret: stores.cached(core.Secret), node: stores.cached(core.Node) } as Readonly<Record<'pod' | 'secret' | 'node', CachedReader<core.Secret>>>;
  const isDeleted = (object: Bound): boolean => {
    const at = object.metadata.deletionTimestamp;
    return at !== undefined && Date.parse(at) < clock.now() - LEEWAY_SECONDS * 1000;
  };
  const refCheck = (kind: 'pod' | 'secret' | 'node', namespace: string, ref: Ref): void => {
    const object = readers[kind].get({ namespace: kind === 'node' ? '' : namespace, name: ref.name });
    if (!object || isDeleted(object)) throw new Error('service account token has been invalidated');
    if (object.metadata.uid === ref.uid) return;
    throw new Error(`${kind} UID (${object.metadata.uid ?? ''}) does not match service account ${kind} ref claim (${ref.uid})`);
  };
  return {
    bound(claims) {
      checkTimes(claims, clock.now() / 1000);
      const { namespace = '', serviceaccount = { name: '', uid: '' }, pod, secret, node } = claims['kubernetes.io'] ?? {};
      const account = accounts.get({ namespace, name: serviceaccount.name });
      if (!account) throw newNotFound({ group: '', resource: 'serviceaccounts' }, serviceaccount.name);
      if (account.metadata.uid !== serviceaccount.uid) throw new Error(`service account UID (${account.metadata.uid ?? ''}) does not match claim (${serviceaccount.uid})`);
      if (isDeleted(account)) throw new Error(`service account ${namespace}/${serviceaccount.name} has been deleted`);
      if (secret) refCheck('secret', namespace, secret);
      if (pod) refCheck('pod', namespace, pod);
      else if (node) refCheck('node', namespace, node);
    },
    legacy: (token, claims) => checkLegacy(token, claims, readers.secret, accounts),
  };
}

function checkTimes({ exp, nbf, iat }: Claims, now: number): void {
  if (exp !== undefined && now - LEEWAY_SECONDS > exp) throw new Error('service account token has expired');
  if (nbf !== undefined && now + LEEWAY_SECONDS < nbf) throw new Error('service account token is not valid yet');
  if (iat !== undefined && now + LEEWAY_SECONDS < iat) throw new Error('service account token is issued in the future');
}

function checkLegacy(token: string, claims: Claims, secrets: CachedReader<core.Secret>, accounts: CachedReader<core.ServiceAccount>): void {
  const claim = (name: string, key: keyof Claims): string => {
    const value = claims[key];
    if (typeof value !== 'string' || value === '') throw new Error(`${name} claim is missing`);
    return value;
  };
  const subject = splitServiceAccountName(claim('sub', 'sub'));
  const namespace = claim('namespace', 'kubernetes.io/serviceaccount/namespace');
  const secretName = claim('secretName', 'kubernetes.io/serviceaccount/secret.name');
  const name = claim('serviceAccountName', 'kubernetes.io/serviceaccount/service-account.name');
  const uid = claim('serviceAccountUID', 'kubernetes.io/serviceaccount/service-account.uid');
  if (subject?.namespace !== namespace || subject.name !== name) throw new Error('sub claim is invalid');
  const secret = secrets.get({ namespace, name: secretName });
  if (!secret || secret.metadata.deletionTimestamp !== undefined) throw new Error('Token has been invalidated');
  if (!equalInConstantTime(atob(secret.data?.['token'] ?? ''), token)) throw new Error("Token does not match server's copy");
  const account = accounts.get({ namespace, name });
  if (!account) throw newNotFound({ group: '', resource: 'serviceaccounts' }, name);
  if (account.metadata.deletionTimestamp !== undefined) throw new Error(`ServiceAccount ${namespace}/${name} has been deleted`);
  if (account.metadata.uid !== uid) throw new Error(`ServiceAccount UID (${account.metadata.uid ?? ''}) does not match claim (${uid})`);
  if (secret.metadata.labels?.['kubernetes.io/legacy-token-invalid-since'] !== undefined) {
    throw new Error(`the token in secret ${namespace}/${secretName} for service account ${namespace}/${name} has been marked invalid. Use tokens from the TokenRequest API or manually created secret-based tokens, or remove the 'kubernetes.io/legacy-token-invalid-since' label from the secret to temporarily allow use of this token`);
  }
}
