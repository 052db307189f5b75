/** AlwaysAllow and AlwaysDeny. Behaves like upstream apiserver/pkg/authorization/authorizerfactory/builtin.go. */
import type { AuthorizationAttributes, Authorizer, RulesReview } from './interface.ts';

const EVERYTHING: RulesReview = {
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  incomplete: false,
};
const NOTHING: RulesReview = { resourceRules: [], nonResourceRules: [], incomplete: false };

export const alwaysAllow: Authorizer = { name: 'AlwaysAllow', authorize: () => ({ decision: 'allow', reason: '' }), rulesFor: () => EVERYTHING };
export const alwaysDeny: Authorizer = { name: 'AlwaysDeny', authorize: () => ({ decision: 'no-opinion', reason: 'Everything is forbidden.' }), rulesFor: () => NOTHING };

/** Members of the group may do everything. Stands before every other authoriser. */
export function privilegedGroup(group: string): Authorizer {
  return {
    name: 'SystemMasters',
    authorize: ({ user }: AuthorizationAttributes) => (user.groups.includes(group) ? { decision: 'allow', reason: '' } : { decision: 'no-opinion', reason: '' }),
    rulesFor: (user) => (user.groups.includes(group) ? EVERYTHING : NOTHING),
  };
}
