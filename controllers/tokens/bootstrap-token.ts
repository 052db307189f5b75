/** Bootstrap tokens kept in secrets of kube-system. Behaves like upstream k8s.io/cluster-bootstrap/token. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';

export type Secret = DeepReadonly<core.Secret>;

export const TYPE = 'bootstrap.kubernetes.io/token';
export const NAMESPACE = 'kube-system';

export interface BootstrapToken {
  readonly id: string;
  readonly secret: string;
  /** Milliseconds since the epoch; absent: it does not expire. An expiration that cannot be read is long over. */
  readonly expiresAt?: number;
  readonly signs: boolean;
}

function textOf(secret: Secret, field: string): string | undefined {
  const data = secret.data?.[field];
  return data === undefined ? undefined : atob(data);
}

/** undefined when the secret is no well-formed bootstrap token. */
export function tokenIn(secret: Secret): BootstrapToken | undefined {
  const id = textOf(secret, 'token-id') ?? '';
  const value = textOf(secret, 'token-secret') ?? '';
  if (secret.type !== TYPE || !/^[a-z0-9]{6}$/.test(id) || !/^[a-z0-9]{16}$/.test(value) || secret.metadata.name !== `bootstrap-token-${id}`) return undefined;
  const expiration = textOf(secret, 'expiration');
  return { id, secret: value, signs: textOf(secret, 'usage-bootstrap-signing') === 'true', ...(expiration !== undefined && expiration !== '' && { expiresAt: Date.parse(expiration) || 0 }) };
}

/** A JSON web signature of `content` without the content: header..signature. */
export async function detachedSignature(content: string, token: BootstrapToken): Promise<string> {
  const { CompactSign } = await import('jose');
  const key = new TextEncoder().encode(token.secret);
  const full = await new CompactSign(new TextEncoder().encode(content)).setProtectedHeader({ alg: 'HS256', kid: token.id }).sign(key);
  const [header = '', , signature = ''] = full.split('.');
  return `${header}..${signature}`;
}
