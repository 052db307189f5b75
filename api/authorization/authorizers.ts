/** The authorisers of --authorization-mode, in their order, behind system:masters. Behaves like upstream pkg/kubeapiserver/authorizer/config.go. */
import type { Stores } from '../../registry/generic/context.ts';
import { MASTERS } from '../authentication/interface.ts';
import { BOOTSTRAP_OBJECTS } from '../bootstrap/objects.gen.ts';
import { alwaysAllow, alwaysDeny, privilegedGroup } from './always.ts';
import type { Authorizer } from './interface.ts';
import { nodeAuthorizer } from './node/authorizer.ts';
import { newNodeGraph } from './node/graph.ts';
import { rbacAuthorizer } from './rbac/authorizer.ts';
import { newEscalationCheck, type EscalationCheck } from './rbac/escalation.ts';
import { newRuleResolver } from './rbac/rule-resolver.ts';
import type { PolicyRule } from './rbac/rules.ts';
import { unionOfAuthorizers } from './union.ts';

export const AUTHORIZATION_MODES = ['AlwaysAllow', 'AlwaysDeny', 'Node', 'RBAC'] as const;
export type AuthorizationMode = (typeof AUTHORIZATION_MODES)[number];

export interface Authorization {
  readonly authorizer: Authorizer;
  /** Absent without RBAC. */
  readonly escalation: EscalationCheck | undefined;
}

export function newAuthorization(modes: readonly AuthorizationMode[], stores: Stores): Authorization {
  const resolver = modes.includes('RBAC') ? newRuleResolver(stores) : undefined;
  const authorizers = modes.map((mode): Authorizer => {
    if (mode === 'AlwaysAllow') return alwaysAllow;
    if (mode === 'AlwaysDeny') return alwaysDeny;
    if (mode === 'Node') return nodeAuthorizer(newNodeGraph(stores), nodeRules());
    return rbacAuthorizer(resolver ?? newRuleResolver(stores));
  });
  const authorizer = unionOfAuthorizers([privilegedGroup(MASTERS), ...authorizers]);
  return { authorizer, escalation: resolver && newEscalationCheck(resolver, authorizer) };
}

/** Those of the bootstrap role system:node. */
function nodeRules(): readonly PolicyRule[] {
  const role = BOOTSTRAP_OBJECTS.find((text) => text.startsWith('{"kind":"ClusterRole"') && text.includes('"name":"system:node"}'));
  if (role === undefined) throw new Error('the bootstrap role system:node is missing');
  return (JSON.parse(role) as { rules: readonly PolicyRule[] }).rules;
}
