/** A user as the authentication API writes it. */
import type * as authentication from '../../apimachinery/types/authentication.gen.ts';
import type { UserInfo } from '../../apimachinery/authorizer.ts';

export function userInfoOf({ name, uid, groups, extra }: UserInfo): authentication.UserInfo {
  const entries = Object.entries(extra).map(([k, v]): [string, string[]] => [k, [...v]]);
  return {
    ...(name !== '' && { username: name }),
    ...(uid !== '' && { uid }),
    ...(groups.length > 0 && { groups: [...groups] }),
    ...(entries.length > 0 && { extra: Object.fromEntries(entries) }),
  };
}
