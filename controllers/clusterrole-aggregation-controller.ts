import { keyOf, type Key } from '../apimachinery/meta.ts';
import * as rbac from '../apimachinery/types/rbac.gen.ts';
import type { DeepReadonly } from '../apimachinery/types/type.ts';
import { defineController, watch, type ControllerContext } from './framework/definition.ts';
import { selectorOf } from './framework/labels.ts';
import { semanticEqual } from './framework/semantic-equal.ts';

type ClusterRole = DeepReadonly<rbac.ClusterRole>;
type Rule = DeepReadonly<rbac.PolicyRule>;

/** The rules of all other roles that the aggregation selects, each once, selector by selector, roles in the order of their names. */
export function aggregatedRules(role: ClusterRole, all: readonly ClusterRole[]): readonly Rule[] {
  const rules: Rule[] = [];
  for (const selector of role.aggregationRule?.clusterRoleSelectors ?? []) {
    const matches = selectorOf(selector);
    const chosen = all.filter((other) => other.metadata.name !== role.metadata.name && matches(other.metadata.labels));
    for (const other of [...chosen].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))) {
      for (const rule of other.rules ?? []) if (!rules.some((known) => semanticEqual(known, rule))) rules.push(rule);
    }
  }
  return rules;
}

async function reconcile(ctx: ControllerContext, key: Key): Promise<void> {
  const role = ctx.lister(rbac.ClusterRole).get(key);
  if (!role?.aggregationRule) return;
  const rules = aggregatedRules(role, ctx.lister(rbac.ClusterRole).list());
  if (semanticEqual(rules, role.rules)) return;
  await ctx.client.resource(rbac.ClusterRole).apply({ metadata: { name: role.metadata.name }, rules }, { fieldManager: 'clusterrole-aggregation-controller', force: true });
}

/** Behaves like upstream pkg/controller/clusterroleaggregation. */
export default defineController({
  name: 'clusterrole-aggregation-controller',
  watches: [watch(rbac.ClusterRole, (_, ctx) => ctx.lister(rbac.ClusterRole).list().filter((role) => role.aggregationRule !== undefined).map(keyOf))],
  reconcile,
});
