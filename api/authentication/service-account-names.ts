/** How service accounts appear as users. Behaves like upstream apiserver/pkg/authentication/serviceaccount/util.go. */
import type { Key } from '../../apimachinery/meta.ts';
import type { UserInfo } from '../../apimachinery/authorizer.ts';
import { ALL_AUTHENTICATED } from './interface.ts';

const PREFIX = 'system:serviceaccount:';
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

export const serviceAccountUserName = (key: Key): string => `${PREFIX}${key.namespace}:${key.name}`;

/** Undefined: not the user name of a service account. */
export function splitServiceAccountName(userName: string): Key | undefined {
  if (!userName.startsWith(PREFIX)) return undefined;
  const parts = userName.slice(PREFIX.length).split(':');
  const [namespace = '', name = ''] = parts;
  return parts.length === 2 && NAMESPACE.test(namespace) && NAME.test(name) ? { namespace, name } : undefined;
}

export function groupsOfServiceAccount(namespace: string): readonly string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}

export function serviceAccountUser(key: Key, uid: string, extra: UserInfo['extra']): UserInfo {
  return { name: serviceAccountUserName(key), uid, groups: [...groupsOfServiceAccount(key.namespace), ALL_AUTHENTICATED], extra };
}
