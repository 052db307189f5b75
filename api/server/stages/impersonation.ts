/** Acting as another user, where the requestor may. Behaves like upstream apiserver/pkg/endpoints/filters/impersonation. */
import { newBadRequest } from '../../../apimachinery/errors.ts';
import type { ApiResponse, Handler } from '../../../apimachinery/http.ts';
import type { UserInfo } from '../../../apimachinery/authorizer.ts';
import { ALL_AUTHENTICATED, ALL_UNAUTHENTICATED, ANONYMOUS_USER } from '../../authentication/interface.ts';
import { groupsOfServiceAccount, splitServiceAccountName } from '../../authentication/service-account-names.ts';
import { forbiddenError } from '../../authorization/forbidden.ts';
import type { AuthorizationAttributes, Authorizer } from '../../authorization/interface.ts';
import { NO_SNIFFING, type ChainRequest } from '../chain-request.ts';

const PREFIX = 'impersonate-';
const EXTRA_PREFIX = 'impersonate-extra-';

interface Wanted {
  readonly user: string;
  readonly groups: readonly string[];
  readonly uid: string;
  readonly extra: readonly (readonly [key: string, value: string])[];
}

export function withImpersonation(next: Handler<ChainRequest>, authorizer: Authorizer): Handler<ChainRequest> {
  const impersonating = async (request: ChainRequest, wanted: Wanted): Promise<ApiResponse> => {
    for (const attributes of checks(request.user, wanted)) {
      const verdict = await authorizer.authorize(attributes);
      if (verdict.decision !== 'allow' || verdict.error) {
        request.extraHeaders = NO_SNIFFING;
        throw forbiddenError(attributes, verdict.reason);
      }
    }
    request.requestor = request.user;
    request.user = impersonated(wanted);
    return next(request);
  };
  return (request) => {
    const wanted = wantedOf(request);
    return wanted ? impersonating(request, wanted) : next(request);
  };
}

function wantedOf(request: ChainRequest): Wanted | undefined {
  if (!request.hasHeaderLike(PREFIX)) return undefined;
  const user = request.headers['impersonate-user'] ?? '';
  const groups = request.headers['impersonate-group'] === undefined ? [] : request.allHeaders('impersonate-group');
  const uid = request.headers['impersonate-uid'] ?? '';
  const extra: [string, string][] = [];
  for (const name in request.headers) {
    if (!name.startsWith(EXTRA_PREFIX)) continue;
    for (const value of request.allHeaders(name)) extra.push([unescapeKey(name.slice(EXTRA_PREFIX.length)), value]);
  }
  if (user !== '') return { user, groups, uid, extra };
  if (groups.length > 0 || uid !== '' || extra.length > 0) throw newBadRequest(`requested ${requestedText(groups, uid, extra)} without impersonating a user`);
  return undefined;
}

function unescapeKey(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch (error) {
    if (error instanceof URIError) return encoded;
    throw error;
  }
}

/** As Go prints the list of object references. */
function requestedText(groups: readonly string[], uid: string, extra: Wanted['extra']): string {
  const reference = (kind: string, name: string, apiVersion: string, fieldPath: string): string => `{${kind}  ${name}  ${apiVersion}  ${fieldPath}}`;
  const all = [
    ...groups.map((g) => reference('Group', g, '', '')),
    ...extra.map(([key, value]) => reference('UserExtra', value, 'authentication.k8s.io/v1', key)),
    ...(uid === '' ? [] : [reference('UID', uid, 'authentication.k8s.io/v1', '')]),
  ];
  return `[${all.join(' ')}]`;
}

function checks(user: UserInfo, wanted: Wanted): AuthorizationAttributes[] {
  const check = (resource: string, name: string, more: Partial<AuthorizationAttributes> = {}): AuthorizationAttributes => ({
    user,
    verb: 'impersonate',
    isResourceRequest: true,
    namespace: '',
    apiGroup: '',
    apiVersion: '',
    resource,
    subresource: '',
    name,
    path: '',
    ...more,
  });
  const authentication = { apiGroup: 'authentication.k8s.io', apiVersion: 'v1' };
  const account = splitServiceAccountName(wanted.user);
  return [
    account ? check('serviceaccounts', account.name, { namespace: account.namespace }) : check('users', wanted.user),
    ...wanted.groups.map((g) => check('groups', g)),
    ...wanted.extra.map(([key, value]) => check('userextras', value, { ...authentication, subresource: key })),
    ...(wanted.uid === '' ? [] : [check('uids', wanted.uid, authentication)]),
  ];
}

function impersonated(wanted: Wanted): UserInfo {
  const account = splitServiceAccountName(wanted.user);
  const groups = [...(account && wanted.groups.length === 0 ? groupsOfServiceAccount(account.namespace) : wanted.groups)];
  const extra: Record<string, string[]> = {};
  for (const [key, value] of wanted.extra) (extra[key] ??= []).push(value);
  const anonymous = wanted.user === ANONYMOUS_USER;
  const implied = anonymous ? ALL_UNAUTHENTICATED : ALL_AUTHENTICATED;
  const settled = groups.includes(ALL_UNAUTHENTICATED) || (!anonymous && groups.includes(ALL_AUTHENTICATED));
  return { name: wanted.user, uid: wanted.uid, groups: settled ? groups : [...groups, implied], extra };
}
