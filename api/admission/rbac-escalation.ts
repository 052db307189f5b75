/** Refuses roles and bindings that would give more than their author holds. Not an option: upstream does it in the storage of these resources. Behaves like upstream pkg/registry/rbac/*\/policybased. */
import type { Obj } from '../../apimachinery/meta.ts';
import type * as rbac from '../../apimachinery/types/rbac.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { deepEqual } from '../../registry/generic/deep-copy.ts';
import type { EscalationCheck } from '../authorization/rbac/escalation.ts';
import type { AdmissionPlugin, Attributes } from './interface.ts';

const GROUP = 'rbac.authorization.k8s.io';

export function rbacEscalation(check: EscalationCheck): AdmissionPlugin {
  return {
    name: 'RBACEscalation',
    handles: (operation) => operation === 'CREATE' || operation === 'UPDATE',
    concerns: ({ resource }) => resource.group === GROUP,
    init: () => ({ admit: (a) => (a.object ? admit(check, a, a.object) : undefined) }),
  };
}

async function admit(check: EscalationCheck, a: Attributes, object: Obj): Promise<void> {
  if (a.oldObject && onlyGarbageCollectionFieldsDiffer(object, a.oldObject)) return;
  const { resource } = a.resource;
  const namespace = resource.startsWith('cluster') ? '' : a.namespace;
  if (resource === 'roles' || resource === 'clusterroles') {
    const name = a.operation === 'CREATE' ? a.ctx.info.name : a.name;
    await check.role(a.user, resource, { namespace, name }, object as unknown as rbac.ClusterRole, a.oldObject as unknown as DeepReadonly<rbac.ClusterRole> | undefined);
  } else if (resource === 'rolebindings' || resource === 'clusterrolebindings') {
    await check.binding(a.user, resource, namespace, object as unknown as rbac.RoleBinding);
  }
}

function onlyGarbageCollectionFieldsDiffer(object: Obj, old: DeepReadonly<Obj>): boolean {
  return deepEqual(comparable(object), comparable(old));
}

function comparable(obj: DeepReadonly<Obj>): unknown {
  const { ownerReferences: _o, finalizers: _f, managedFields: _m, resourceVersion: _r, ...metadata } = obj.metadata;
  return { ...obj, metadata };
}
