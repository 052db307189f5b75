/** A request in the version that a rule names. Shared by ../webhook and ../policy. Behaves like upstream apiserver/pkg/admission/conversion.go (NewVersionedAttributes). */
import { newInternalError } from '../../../apimachinery/errors.ts';
import type { GroupVersionKind, GroupVersionResource, Obj } from '../../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import type { Attributes } from '../interface.ts';
import type { ObjectVersions } from '../object-versions.ts';

/** A request as a webhook or a policy sees it: in the version that its rules name. */
export interface Invocation {
  readonly resource: GroupVersionResource;
  readonly kind: GroupVersionKind;
}

export interface VersionedObjects {
  readonly object: DeepReadonly<Obj> | undefined;
  readonly oldObject: DeepReadonly<Obj> | undefined;
}

/** The objects in a version; each is made once. Rejects with an internal error. */
export function versionedObjects(a: Attributes, versions: ObjectVersions): (kind: GroupVersionKind) => Promise<VersionedObjects> {
  const made = new Map<string, Promise<VersionedObjects>>();
  const convert = (obj: DeepReadonly<Obj> | undefined, kind: GroupVersionKind): Promise<DeepReadonly<Obj>> | undefined => obj && versions.convert(a.resource, obj, kind, a.ctx.signal);
  const make = async (kind: GroupVersionKind): Promise<VersionedObjects> => {
    try {
      return { object: await convert(a.object as DeepReadonly<Obj> | undefined, kind), oldObject: await convert(a.oldObject, kind) };
    } catch (error) {
      throw newInternalError(error instanceof Error ? error.message : String(error), error);
    }
  };
  return (kind) => {
    const id = `${kind.group}/${kind.version}/${kind.kind}`;
    let found = made.get(id);
    if (!found) made.set(id, (found = make(kind)));
    return found;
  };
}

/** What AdmissionReview and expressions alike say of a request, without its objects. Behaves like upstream apiserver/pkg/admission/plugin/cel/condition.go (CreateAdmissionRequest). */
export function requestOf(a: Attributes, { kind, resource }: Invocation): Readonly<Record<string, unknown>> {
  const { subresource, name, namespace, user } = a;
  return {
    kind: gvk(kind),
    resource: gvr(resource),
    ...(subresource !== '' && { subResource: subresource }),
    requestKind: gvk(a.kind),
    requestResource: gvr(a.resource),
    ...(subresource !== '' && { requestSubResource: subresource }),
    ...(name !== '' && { name }),
    ...(namespace !== '' && { namespace }),
    operation: a.operation,
    userInfo: {
      ...(user.name !== '' && { username: user.name }),
      ...(user.uid !== '' && { uid: user.uid }),
      ...(user.groups.length > 0 && { groups: user.groups }),
      ...(Object.keys(user.extra).length > 0 && { extra: user.extra }),
    },
  };
}

const gvk = ({ group, version, kind }: GroupVersionKind): object => ({ group, version, kind });
const gvr = ({ group, version, resource }: GroupVersionResource): object => ({ group, version, resource });
