/** Who changes owners must be allowed to delete, and to block an owner's deletion to finalise it. Behaves like upstream plugin/pkg/admission/gc. */
import { semanticDeepEqual } from '../../../apimachinery/equality.ts';
import { parseApiVersion, type Obj } from '../../../apimachinery/meta.ts';
import type * as meta from '../../../apimachinery/types/meta.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import type { AuthorizationAttributes, Authorizer, Verdict } from '../../authorization/interface.ts';
import { forbidden } from '../forbidden.ts';
import type { AdmissionPlugin, Attributes, ResourceNames } from '../interface.ts';

type OwnerReference = DeepReadonly<meta.OwnerReference>;

export default {
  name: 'OwnerReferencesPermissionEnforcement',
  handles: (operation) => operation === 'CREATE' || operation === 'UPDATE',
  init: ({ authorizer, resources }) => ({
    async validate(a) {
      const owners = ownersOf(a.object);
      const old = ownersOf(a.oldObject);
      if ((a.resource.resource === 'pods' && a.subresource === 'status') || semanticDeepEqual(owners, old)) return;
      if (a.operation !== 'CREATE') await checkDelete(authorizer, a);
      const blocking = owners.filter((o) => o.blockOwnerDeletion === true && old.find((p) => p.uid === o.uid)?.blockOwnerDeletion !== true);
      if (blocking.length === 0 || (await isAllowed(authorizer, finalizers(a, { apiGroup: '*', apiVersion: '*', resource: '*', name: '*' })))) return;
      for (const owner of blocking) await checkFinalize(authorizer, resources, a, owner);
    },
  }),
} satisfies AdmissionPlugin;

function ownersOf(obj: DeepReadonly<Obj> | undefined): readonly OwnerReference[] {
  return (obj?.metadata?.ownerReferences ?? []) as readonly OwnerReference[];
}

async function isAllowed(authorizer: Authorizer, attributes: AuthorizationAttributes): Promise<boolean> {
  return (await authorizer.authorize(attributes)).decision === 'allow';
}

/** As Go prints a reason and an error. */
const because = ({ reason, error }: Verdict): string => `${reason}, ${error ? error.message : '<nil>'}`;

async function checkDelete(authorizer: Authorizer, a: Attributes): Promise<void> {
  const { group, version, resource } = a.resource;
  const verdict = await authorizer.authorize({ user: a.user, verb: 'delete', isResourceRequest: true, namespace: a.namespace, apiGroup: group, apiVersion: version, resource, subresource: a.subresource, name: a.name, path: '' });
  if (verdict.decision !== 'allow') throw forbidden(a, `cannot set an ownerRef on a resource you can't delete: ${because(verdict)}`);
}

function finalizers(a: Attributes, target: Pick<AuthorizationAttributes, 'apiGroup' | 'apiVersion' | 'resource' | 'name'>, namespace = ''): AuthorizationAttributes {
  return { user: a.user, verb: 'update', isResourceRequest: true, namespace, subresource: 'finalizers', path: '', ...target };
}

async function checkFinalize(authorizer: Authorizer, resources: ResourceNames, a: Attributes, owner: OwnerReference): Promise<void> {
  const gv = parseApiVersion(owner.apiVersion);
  const found = gv && resources.resourceOf({ ...gv, kind: owner.kind });
  if (!gv || !found) {
    throw forbidden(a, `cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion ${owner.apiVersion} Kind ${owner.kind}: no matches for kind ${JSON.stringify(owner.kind)} in version ${JSON.stringify(owner.apiVersion)}`);
  }
  const namespace = resources.isNamespaced(found) ? a.namespace : '';
  const verdict = await authorizer.authorize(finalizers(a, { apiGroup: found.group, apiVersion: found.version, resource: found.resource, name: owner.name }, namespace));
  if (verdict.decision !== 'allow') throw forbidden(a, `cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: ${because(verdict)}`);
}
