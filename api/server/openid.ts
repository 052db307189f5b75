/** How others verify this cluster's service account tokens. Behaves like upstream pkg/serviceaccount/openidmetadata.go and pkg/routes/openidmetadata.go. */
import type { ApiResponse } from '../../apimachinery/http.ts';
import type { PublicKey } from '../authentication/service-account-keys.ts';

export interface OpenIDOptions {
  readonly issuer: string;
  /** Default: `https://{externalAddress}/openid/v1/jwks`. */
  readonly jwksURI: string;
  readonly keys: readonly PublicKey[];
}

const CACHE = 'public, max-age=3600';

function json(body: object, contentType: string): ApiResponse {
  return { status: 200, headers: { 'Content-Type': contentType, 'Cache-Control': CACHE }, body: { kind: 'bytes', bytes: new TextEncoder().encode(JSON.stringify(body)) } };
}

export function openIDConfiguration({ issuer, jwksURI, keys }: OpenIDOptions): ApiResponse {
  const algorithms = [...new Set(keys.map((k) => k.algorithm))].sort();
  return json({ issuer, jwks_uri: jwksURI, response_types_supported: ['id_token'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: algorithms }, 'application/json');
}

export function openIDKeys({ keys }: OpenIDOptions): ApiResponse {
  return json({ keys: keys.map((k) => k.jwk) }, 'application/jwk-set+json');
}
