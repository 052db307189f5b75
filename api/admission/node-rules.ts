/** What a kubelet may write, resource by resource. Behaves like upstream plugin/pkg/admission/noderestriction/admission.go. */
import { semanticDeepEqual } from '../../apimachinery/equality.ts';
import { newNotFound } from '../../apimachinery/errors.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import type * as resource from '../../apimachinery/types/resource.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { subjectOfRequest } from '../authentication/certificate-subject.ts';
import { forbidden } from './forbidden.ts';
import type { AdmissionDeps, Attributes } from './interface.ts';
import { forbiddenLabelChanges } from './node-labels.ts';
import { MIRROR_ANNOTATION } from './pods.ts';
import { namedObjects } from './api-references.ts';

type Pod = DeepReadonly<core.Pod>;
export type NodeRule = (node: string, a: Attributes, deps: AdmissionDeps) => void | Promise<void>;

const q = (text: string): string => JSON.stringify(text);

async function existingPod(a: Attributes, deps: AdmissionDeps, name: string): Promise<Pod> {
  const key = { namespace: a.namespace, name };
  const pod = deps.stores.cached(core.Pod).get(key) ?? (await deps.stores.of(core.Pod).get(key));
  if (!pod) throw newNotFound({ group: '', resource: 'pod' }, name);
  return pod;
}

const pods: NodeRule = async (node, a, deps) => {
  if (a.subresource === 'status') return podStatus(node, a);
  if (a.subresource === 'eviction') return podEviction(node, a, deps);
  if (a.subresource !== '') throw forbidden(a, `unexpected pod subresource ${q(a.subresource)}, only 'status' and 'eviction' are allowed`);
  if (a.operation === 'CREATE') return podCreate(node, a, deps);
  if (a.operation !== 'DELETE') throw forbidden(a, `unexpected operation ${q(a.operation)}, node ${q(node)} can only create and delete mirror pods`);
  const pod = await existingPod(a, deps, a.name);
  if (pod.spec.nodeName !== node) throw forbidden(a, `node ${q(node)} can only delete pods with spec.nodeName set to itself`);
};

function podCreate(node: string, a: Attributes, { stores }: AdmissionDeps): void {
  const pod = a.object as unknown as Pod;
  if (pod.metadata.annotations?.[MIRROR_ANNOTATION] === undefined) throw forbidden(a, `pod does not have ${q(MIRROR_ANNOTATION)} annotation, node ${q(node)} can only create mirror pods`);
  if (pod.spec.nodeName !== node) throw forbidden(a, `node ${q(node)} can only create pods with spec.nodeName set to itself`);
  const owners = pod.metadata.ownerReferences ?? [];
  const [owner] = owners;
  if (owners.length > 1) throw forbidden(a, `node ${q(node)} can only create pods with a single owner reference set to itself`);
  if (!owner || owner.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node) throw forbidden(a, `node ${q(node)} can only create pods with an owner reference set to itself`);
  if (owner.controller !== true) throw forbidden(a, `node ${q(node)} can only create pods with a controller owner reference set to itself`);
  if (owner.blockOwnerDeletion === true) throw forbidden(a, `node ${q(node)} must not set blockOwnerDeletion on an owner reference`);
  const self = stores.cached(core.Node).get({ namespace: '', name: node });
  if (!self) throw newNotFound({ group: '', resource: 'node' }, node);
  if (owner.uid !== self.metadata.uid) throw forbidden(a, `node ${node} UID mismatch: expected ${owner.uid} got ${self.metadata.uid ?? ''}`);
  const named = namedObjects(pod);
  if (named !== undefined) throw forbidden(a, `node ${q(node)} can not create pods that reference ${named}`);
}

function podStatus(node: string, a: Attributes): void {
  if (a.operation !== 'UPDATE') throw forbidden(a, `unexpected operation ${q(a.operation)}`);
  const old = a.oldObject as unknown as Pod;
  const next = a.object as unknown as Pod;
  if (old.spec.nodeName !== node) throw forbidden(a, `node ${q(node)} can only update pod status for pods with spec.nodeName set to itself`);
  if (!semanticDeepEqual(old.metadata.labels ?? {}, next.metadata.labels ?? {})) throw forbidden(a, `node ${q(node)} cannot update labels through pod status`);
  if (!semanticDeepEqual(old.status?.resourceClaimStatuses ?? [], next.status?.resourceClaimStatuses ?? [])) throw forbidden(a, `node ${q(node)} cannot update resource claim statues`);
  if (!semanticDeepEqual(old.status?.extendedResourceClaimStatus, next.status?.extendedResourceClaimStatus)) throw forbidden(a, `node ${q(node)} cannot update extended resource claim status`);
}

async function podEviction(node: string, a: Attributes, deps: AdmissionDeps): Promise<void> {
  if (a.operation !== 'CREATE') throw forbidden(a, `unexpected operation ${a.operation}`);
  const name = a.name || (a.object?.metadata?.name ?? '');
  if (name === '') throw forbidden(a, 'could not determine pod from request data');
  const pod = await existingPod(a, deps, name);
  if (pod.spec.nodeName !== node) throw forbidden(a, `node ${node} can only evict pods with spec.nodeName set to itself`);
}

const nodes: NodeRule = (node, a) => {
  const requested = a.name || (a.object?.metadata.name ?? '');
  if (requested !== node) throw forbidden(a, `node ${q(node)} is not allowed to modify node ${q(requested)}`);
  const next = a.object as unknown as DeepReadonly<core.Node> | undefined;
  const old = a.oldObject as unknown as DeepReadonly<core.Node> | undefined;
  if (a.operation === 'CREATE' && next) {
    if (next.spec?.configSource) throw forbidden(a, `node ${q(node)} is not allowed to create pods with a non-nil configSource`);
    const labels = forbiddenLabelChanges(next.metadata.labels, undefined);
    if (labels.length > 0) throw forbidden(a, `node ${q(node)} is not allowed to set the following labels: ${labels.join(', ')}`);
  }
  if (a.operation === 'UPDATE' && next && old) nodeUpdate(node, a, next, old);
};

function nodeUpdate(node: string, a: Attributes, next: DeepReadonly<core.Node>, old: DeepReadonly<core.Node>): void {
  if (next.spec?.configSource && !semanticDeepEqual(next.spec.configSource, old.spec?.configSource)) throw forbidden(a, `node ${q(node)} is not allowed to update configSource to a new non-nil configSource`);
  if (!semanticDeepEqual(next.spec?.taints ?? [], old.spec?.taints ?? [])) throw forbidden(a, `node ${q(node)} is not allowed to modify taints`);
  if (!semanticDeepEqual(next.metadata.ownerReferences ?? [], old.metadata.ownerReferences ?? [])) throw forbidden(a, `node ${q(node)} is not allowed to modify ownerReferences`);
  const labels = forbiddenLabelChanges(next.metadata.labels, old.metadata.labels);
  if (labels.length > 0) throw forbidden(a, `is not allowed to modify labels: ${labels.join(', ')}`);
}

const volumeClaims: NodeRule = (node, a) => {
  if (a.subresource !== 'status') throw forbidden(a, 'may only update PVC status');
  if (a.operation !== 'UPDATE') throw forbidden(a, `unexpected operation ${q(a.operation)}`);
  if (!semanticDeepEqual(withoutReported(a.oldObject), withoutReported(a.object))) throw forbidden(a, `node ${q(node)} is not allowed to update fields other than status.quantity and status.conditions`);
};

function withoutReported(obj: DeepReadonly<Obj> | undefined): unknown {
  if (!obj) return undefined;
  const { resourceVersion: _r, managedFields: _m, ...metadata } = obj.metadata;
  const { capacity: _c, conditions: _o, allocatedResources: _a, allocatedResourceStatuses: _s, ...status } = (obj['status'] ?? {}) as Record<string, unknown>;
  return { ...obj, metadata, status };
}

const leases: NodeRule = (node, a) => {
  if (a.namespace !== 'kube-node-lease') throw forbidden(a, 'can only access leases in the "kube-node-lease" system namespace');
  if (nameOfWritten(a) !== node) throw forbidden(a, 'can only access node lease with the same name as the requesting node');
};

const csiNodes: NodeRule = (node, a) => {
  if (nameOfWritten(a) !== node) throw forbidden(a, 'can only access CSINode with the same name as the requesting node');
};

function nameOfWritten(a: Attributes): string {
  return a.operation === 'CREATE' ? (a.object?.metadata.name ?? '') : a.name;
}

const resourceSlices: NodeRule = (node, a) => {
  const nodeOf = (slice: unknown): string | null | undefined => (slice as DeepReadonly<resource.ResourceSlice> | undefined)?.spec.nodeName;
  if (a.operation === 'CREATE' && nodeOf(a.object) !== node) throw forbidden(a, 'can only create ResourceSlice with the same NodeName as the requesting node');
  if (a.operation === 'DELETE' && nodeOf(a.oldObject) !== node) throw forbidden(a, 'can only delete ResourceSlice with the same NodeName as the requesting node');
};

const NODE_SIGNERS = new Set(['kubernetes.io/kubelet-serving', 'kubernetes.io/kube-apiserver-client-kubelet']);

const signingRequests: NodeRule = (node, a) => {
  if (a.operation !== 'CREATE') return;
  const { signerName = '', request = '' } = (a.object?.['spec'] ?? {}) as { signerName?: string; request?: string };
  if (!NODE_SIGNERS.has(signerName)) return;
  let commonName: string;
  try {
    ({ commonName } = subjectOfRequest(request));
  } catch (error) {
    throw forbidden(a, `unable to parse csr: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (commonName !== `system:node:${node}`) throw forbidden(a, `can only create a node CSR with CN=system:node:${node}`);
};

/** By resource and group. Service accounts: ./node-tokens.ts. */
export const NODE_RULES: Readonly<Record<string, NodeRule>> = {
  pods,
  nodes,
  persistentvolumeclaims: volumeClaims,
  'leases.coordination.k8s.io': leases,
  'csinodes.storage.k8s.io': csiNodes,
  'resourceslices.resource.k8s.io': resourceSlices,
  'certificatesigningrequests.certificates.k8s.io': signingRequests,
};
