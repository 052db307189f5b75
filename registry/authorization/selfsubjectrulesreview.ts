/** SelfSubjectRulesReviews: what may I do in a namespace? Behaves like upstream pkg/registry/authorization/selfsubjectrulesreview. */
import { newBadRequest } from '../../apimachinery/errors.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import * as authorization from '../../apimachinery/types/authorization.gen.ts';
import { defineResource } from '../generic/define.ts';
import type { UserRules } from '../generic/context.ts';

const EVERYTHING: UserRules = {
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  incomplete: false,
};

/** Empty lists are left out, verbs never. */
function present(rule: Readonly<Record<string, readonly string[]>>): object {
  return Object.fromEntries(Object.entries(rule).filter(([k, v]) => k === 'verbs' || v.length > 0));
}

function statusOf({ resourceRules, nonResourceRules, incomplete, error }: UserRules): object {
  return {
    resourceRules: resourceRules.map((r) => present({ ...r })),
    nonResourceRules: nonResourceRules.map((r) => present({ ...r })),
    incomplete,
    ...(error !== undefined && { evaluationError: error }),
  };
}

export default defineResource<authorization.SelfSubjectRulesReview>(authorization.SelfSubjectRulesReview, {
  backing: {
    verbs: ['create'],
    async create({ kind, apiVersion, spec }, ctx) {
      const namespace = spec.namespace ?? '';
      if (namespace === '') throw newBadRequest('no namespace on request');
      const rules = ctx.authorizer ? ctx.authorizer.rulesFor?.(ctx.user, namespace) : EVERYTHING;
      const status = statusOf(rules ?? { resourceRules: [], nonResourceRules: [], incomplete: true });
      return { kind, apiVersion, metadata: {}, spec: {}, status } as unknown as Obj;
    },
  },
});
