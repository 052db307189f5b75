/** RBAC. Behaves like upstream plugin/pkg/auth/authorizer/rbac. */
import type { AuthorizationAttributes, Authorizer, RulesReview, Verdict } from '../interface.ts';
import type { RuleResolver } from './rule-resolver.ts';
import { ruleAllows } from './rules.ts';

export function rbacAuthorizer(resolver: RuleResolver): Authorizer {
  return {
    name: 'RBAC',
    authorize(attributes: AuthorizationAttributes): Verdict {
      const { grants, errors } = resolver.rulesFor(attributes.user, attributes.namespace);
      for (const { rule, source } of grants) if (ruleAllows(attributes, rule)) return { decision: 'allow', reason: `RBAC: allowed by ${source}` };
      return { decision: 'no-opinion', reason: errors.length === 0 ? '' : `RBAC: ${errorText(errors)}` };
    },
    rulesFor(user, namespace): RulesReview {
      const { grants, errors } = resolver.rulesFor(user, namespace);
      const rules = grants.map(({ rule }) => rule);
      return {
        resourceRules: rules.filter((r) => (r.resources ?? []).length > 0).map((r) => ({ verbs: r.verbs ?? [], apiGroups: r.apiGroups ?? [], resources: r.resources ?? [], resourceNames: r.resourceNames ?? [] })),
        nonResourceRules: rules.filter((r) => (r.nonResourceURLs ?? []).length > 0).map((r) => ({ verbs: r.verbs ?? [], nonResourceURLs: r.nonResourceURLs ?? [] })),
        incomplete: false,
        ...(errors.length > 0 && { error: errorText(errors) }),
      };
    },
  };
}

export function errorText(errors: readonly Error[]): string {
  const texts = [...new Set(errors.map((e) => e.message))];
  return texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
}
