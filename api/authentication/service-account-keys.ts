/** The keys that sign and verify service account tokens. Behaves like upstream pkg/serviceaccount/jwt.go and openidmetadata.go. */
import type { CryptoKey, JWK } from 'jose';
import { toBase64Url } from './bearer-token.ts';

export type Algorithm = 'RS256' | 'ES256' | 'ES384' | 'ES512';

export interface PublicKey {
  readonly keyID: string;
  readonly algorithm: Algorithm;
  readonly key: CryptoKey;
  readonly jwk: JWK;
}
export interface SigningKey {
  readonly keyID: string;
  readonly algorithm: Algorithm;
  readonly key: CryptoKey;
}

const CURVES: Readonly<Record<string, Algorithm>> = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' };
const OF_CURVE_OID: readonly (readonly [hex: string, curve: string])[] = [['2a8648ce3d030107', 'P-256'], ['2b81040022', 'P-384'], ['2b81040023', 'P-521']];

function derOf(pem: string): Uint8Array {
  const body = /-----BEGIN [^-]+-----([^-]+)-----END/.exec(pem)?.[1];
  if (body === undefined) throw new Error('not a PEM file: a service account key is expected in PEM (PKCS #8, or a public key)');
  return Uint8Array.from(atob(body.replace(/\s+/g, '')), (c) => c.charCodeAt(0));
}

type KeyParameters = { readonly name: 'RSASSA-PKCS1-v1_5'; readonly hash: 'SHA-256' } | { readonly name: 'ECDSA'; readonly namedCurve: string };

function parametersOf(der: Uint8Array): KeyParameters {
  const text = Array.from(der.subarray(0, 64), (b) => b.toString(16).padStart(2, '0')).join('');
  const curve = OF_CURVE_OID.find(([hex]) => text.includes(hex))?.[1];
  return curve === undefined ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } : { name: 'ECDSA', namedCurve: curve };
}

function algorithmOf(parameters: KeyParameters): Algorithm {
  return 'namedCurve' in parameters ? (CURVES[parameters.namedCurve] ?? 'ES256') : 'RS256';
}

/** `pem`: SPKI ("PUBLIC KEY"). */
export async function publicKeyFromPEM(pem: string): Promise<PublicKey> {
  return publicKeyFromDER(derOf(pem));
}

async function publicKeyFromDER(der: Uint8Array): Promise<PublicKey> {
  const parameters = parametersOf(der);
  const key = await crypto.subtle.importKey('spki', der, parameters, true, ['verify']);
  const algorithm = algorithmOf(parameters);
  const keyID = toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', der)));
  const { kty, n, e, crv, x, y } = (await crypto.subtle.exportKey('jwk', key)) as JWK;
  const jwk = { use: 'sig', kty, kid: keyID, ...(crv && { crv }), alg: algorithm, ...(n && { n }), ...(e && { e }), ...(x && { x }), ...(y && { y }) } as JWK;
  return { keyID, algorithm, key, jwk };
}

/** `pem`: PKCS #8 ("PRIVATE KEY"). Gives the public half, too. */
export async function signingKeyFromPEM(pem: string): Promise<{ readonly signing: SigningKey; readonly verifying: PublicKey }> {
  const der = derOf(pem);
  const parameters = parametersOf(der);
  const key = await crypto.subtle.importKey('pkcs8', der, parameters, true, ['sign']);
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, key_ops: _ops, ...rest } = (await crypto.subtle.exportKey('jwk', key)) as JWK & { key_ops?: string[] };
  const publicKey = await crypto.subtle.importKey('jwk', rest, parameters, true, ['verify']);
  const verifying = await publicKeyFromDER(new Uint8Array(await crypto.subtle.exportKey('spki', publicKey)));
  return { signing: { keyID: verifying.keyID, algorithm: verifying.algorithm, key }, verifying };
}
