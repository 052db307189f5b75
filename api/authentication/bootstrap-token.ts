/** Tokens by which nodes join: secrets of type bootstrap.kubernetes.io/token in kube-system. Behaves like upstream plugin/pkg/auth/authenticator/token/bootstrap. */
import * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Clock } from '../../component-base/clock.ts';
import type { Stores } from '../../registry/generic/context.ts';
import { equalInConstantTime } from './constant-time.ts';
import type { TokenAuthenticator } from './interface.ts';

const FORMAT = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const GROUP = 'system:bootstrappers';
const EXTRA_GROUP = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;

/** A token that does not hold is nobody's: no reason is told. */
export function bootstrapTokens(stores: Stores, clock: Clock): TokenAuthenticator {
  const secrets = stores.cached(core.Secret);
  return {
    name: 'bootstrap-token',
    authenticateToken(token) {
      const [, id = '', secret = ''] = FORMAT.exec(token) ?? [];
      if (id === '') return undefined;
      const found = secrets.get({ namespace: 'kube-system', name: `bootstrap-token-${id}` });
      const groups = found && holds(found, id, secret, clock.now()) ? groupsOf(found) : undefined;
      return groups && { user: { name: `system:bootstrap:${id}`, uid: '', groups, extra: {} } };
    },
  };
}

function value(secret: DeepReadonly<core.Secret>, key: string): string {
  const encoded = secret.data?.[key];
  return encoded === undefined ? '' : new TextDecoder().decode(Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0)));
}

function holds(found: DeepReadonly<core.Secret>, id: string, secret: string, now: number): boolean {
  if (found.metadata.deletionTimestamp !== undefined || found.type !== 'bootstrap.kubernetes.io/token') return false;
  if (!equalInConstantTime(value(found, 'token-secret'), secret) || value(found, 'token-id') !== id) return false;
  const expiration = value(found, 'expiration');
  if (expiration !== '' && !(Date.parse(expiration) > now)) return false;
  return value(found, 'usage-bootstrap-authentication') === 'true';
}

function groupsOf(found: DeepReadonly<core.Secret>): readonly string[] | undefined {
  const extra = value(found, 'auth-extra-groups').split(',').filter((g) => g !== '');
  return extra.every((g) => EXTRA_GROUP.test(g)) ? [GROUP, ...[...new Set(extra)].sort()] : undefined;
}
