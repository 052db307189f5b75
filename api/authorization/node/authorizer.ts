/** The Node authoriser: a kubelet reads what its pods need and writes what is its own. Behaves like upstream plugin/pkg/auth/authorizer/node/node_authorizer.go. */
import { own } from '../../../apimachinery/own.ts';
import { allow, noOpinion, type AuthorizationAttributes, type Authorizer, type Verdict } from '../interface.ts';
import { ruleAllows, type PolicyRule } from '../rbac/rules.ts';
import type { NodeGraph, Vertex } from './graph.ts';
import { nodeNameOf } from './node-identity.ts';

type Attributes = AuthorizationAttributes;
type Check = (node: string, a: Attributes, graph: NodeGraph) => Verdict;

const READ = new Set(['get', 'list', 'watch']);

/** `rules`: those of ClusterRole system:node; they hold for what is not subdivided below. */
export function nodeAuthorizer(graph: NodeGraph, rules: readonly PolicyRule[]): Authorizer {
  return {
    name: 'Node',
    authorize(a) {
      const node = nodeNameOf(a.user);
      if (node === undefined) return noOpinion();
      if (node === '') return noOpinion(`unknown node for user ${JSON.stringify(a.user.name)}`);
      const check = a.isResourceRequest ? own(CHECKS, a.apiGroup === '' ? a.resource : `${a.resource}.${a.apiGroup}`) : undefined;
      if (check) return check(node, a, graph);
      return rules.some((rule) => ruleAllows(a, rule)) ? allow() : noOpinion();
    },
    rulesFor: (user) =>
      nodeNameOf(user) === undefined
        ? { resourceRules: [], nonResourceRules: [], incomplete: false }
        : { resourceRules: [], nonResourceRules: [], incomplete: true, error: 'node authorizer does not support user rule resolution' },
  };
}

const related = (vertex: Vertex): Check => (node, a, graph) => {
  if (a.name === '') return noOpinion('No Object name found');
  return graph.leadsTo(node, vertex, a.namespace, a.name) ? allow() : noOpinion(`no relationship found between node '${node}' and this object`);
};

const get = (vertex: Vertex): Check => (node, a, graph) => {
  if (a.verb !== 'get') return noOpinion('can only get individual resources of this type');
  if (a.subresource !== '') return noOpinion('cannot get subresource');
  return related(vertex)(node, a, graph);
};

const readNamespaced = (vertex: Vertex): Check => (node, a, graph) => {
  if (!READ.has(a.verb)) return noOpinion('can only read resources of this type');
  if (a.subresource !== '') return noOpinion('cannot read subresource');
  if (a.namespace === '') return noOpinion('can only read namespaced object of this type');
  return related(vertex)(node, a, graph);
};

const claim: Check = (node, a, graph) => {
  if (a.subresource !== 'status') return get('pvc')(node, a, graph);
  return a.verb === 'update' || a.verb === 'patch' ? related('pvc')(node, a, graph) : noOpinion('can only get/update/patch this type');
};

const serviceAccount: Check = (node, a, graph) => {
  if (a.verb === 'get' && a.subresource === '') return readNamespaced('serviceAccount')(node, a, graph);
  if (a.verb !== 'create' || a.name === '') return noOpinion('can only create tokens for individual service accounts');
  if (a.subresource !== 'token') return noOpinion('can only create token subresource of serviceaccount');
  return related('serviceAccount')(node, a, graph);
};

const OWN_VERBS = new Set(['get', 'create', 'update', 'patch', 'delete']);

const lease: Check = (node, a) => {
  if (!OWN_VERBS.has(a.verb)) return noOpinion('can only get, create, update, patch, or delete a node lease');
  if (a.namespace !== 'kube-node-lease') return noOpinion('can only access leases in the "kube-node-lease" system namespace');
  if (a.verb !== 'create' && a.name !== node) return noOpinion('can only access node lease with the same name as the requesting node');
  return allow();
};

const csiNode: Check = (node, a) => {
  if (!OWN_VERBS.has(a.verb)) return noOpinion('can only get, create, update, patch, or delete a CSINode');
  if (a.subresource !== '') return noOpinion('cannot authorize CSINode subresources');
  if (a.verb !== 'create' && a.name !== node) return noOpinion('can only access CSINode with the same name as the requesting node');
  return allow();
};

const resourceSlice: Check = (node, a, graph) => {
  if (a.subresource !== '') return noOpinion('cannot authorize ResourceSlice subresources');
  if (a.verb === 'create') return allow();
  if (OWN_VERBS.has(a.verb)) return related('resourceslice')(node, { ...a, namespace: '' }, graph);
  if (a.verb !== 'watch' && a.verb !== 'list' && a.verb !== 'deletecollection') {
    return noOpinion('only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection');
  }
  return selects(a, 'spec.nodeName', node) ? allow() : noOpinion('can only list/watch/deletecollection resourceslices with nodeName field selector');
};

const nodes: Check = (node, a) => {
  if (a.subresource === 'status') return a.verb === 'update' || a.verb === 'patch' ? allow() : noOpinion();
  if (a.subresource !== '') return noOpinion();
  if (a.verb === 'create' || a.verb === 'update' || a.verb === 'patch') return allow();
  if (!READ.has(a.verb)) return noOpinion();
  if (a.name === node) return allow();
  return noOpinion(a.name === '' ? `node '${node}' cannot read all nodes, only its own Node object` : `node '${node}' cannot read '${a.name}', only its own Node object`);
};

const pods: Check = (node, a, graph) => {
  if (a.subresource === 'status') return a.verb === 'update' || a.verb === 'patch' ? allow() : noOpinion();
  if (a.subresource === 'eviction') return a.verb === 'create' ? allow() : noOpinion();
  if (a.subresource !== '') return noOpinion();
  if (a.verb === 'create' || a.verb === 'delete') return allow();
  if (a.verb === 'get') return get('pod')(node, a, graph);
  if (a.verb !== 'list' && a.verb !== 'watch') return noOpinion();
  if (selects(a, 'spec.nodeName', node)) return allow();
  return a.name === '' ? noOpinion('can only list/watch pods with spec.nodeName field selector') : related('pod')(node, a, graph);
};

function selects(a: Attributes, field: string, value: string): boolean {
  return (a.fieldSelector ?? '').split(',').some((term) => term === `${field}=${value}` || term === `${field}==${value}`);
}

const CHECKS: Readonly<Record<string, Check>> = {
  secrets: readNamespaced('secret'),
  configmaps: readNamespaced('configmap'),
  persistentvolumeclaims: claim,
  persistentvolumes: (node, a, graph) => get('pv')(node, { ...a, namespace: '' }, graph),
  'resourceclaims.resource.k8s.io': get('resourceclaim'),
  'volumeattachments.storage.k8s.io': (node, a, graph) => get('volumeattachment')(node, { ...a, namespace: '' }, graph),
  serviceaccounts: serviceAccount,
  'leases.coordination.k8s.io': lease,
  'csinodes.storage.k8s.io': csiNode,
  'resourceslices.resource.k8s.io': resourceSlice,
  nodes,
  pods,
};
