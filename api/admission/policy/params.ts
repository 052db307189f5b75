/** The parameters that a binding names. Behaves like upstream apiserver/pkg/admission/plugin/policy/generic/policy_dispatcher.go (CollectParams) and policy_source.go (ensureParamsForPolicyLocked). */
import { parseApiVersion, type GroupVersionKind, type GroupVersionResource, type Obj } from '../../../apimachinery/meta.ts';
import { labelSelectorAsSelector } from '../../../apimachinery/labels/selector.ts';
import type { ParamKind, ParamRef } from '../../../apimachinery/types/admissionregistration.gen.ts';
import type { DeepReadonly, ResourceType } from '../../../apimachinery/types/type.ts';
import type { AdmissionDeps, Attributes } from '../interface.ts';

export type Param = DeepReadonly<Obj> | undefined;
type Deps = Pick<AdmissionDeps, 'stores' | 'resources' | 'versions'>;

/** A kind that is served. */
interface Served {
  readonly kind: GroupVersionKind;
  readonly resource: GroupVersionResource;
  readonly isNamespaced: boolean;
}

/** Throws an Error when nothing is served under the kind. */
export function paramResource({ apiVersion, kind = '' }: DeepReadonly<ParamKind>, { resources }: Deps): Served {
  const gvk = { group: '', version: '', ...parseApiVersion(apiVersion ?? ''), kind };
  const resource = resources.resourceOf(gvk);
  if (!resource) throw new Error(`failed to find resource referenced by paramKind: '${gvk.group}/${gvk.version}, Kind=${kind}'`);
  return { kind: gvk, resource, isNamespaced: resources.isNamespaced(resource) ?? false };
}

/** A single undefined: the policy or its binding uses no parameters. None: the binding does without when they are missing. Throws an Error for what is wrong. */
export async function collectParams(served: Served | undefined, ref: DeepReadonly<ParamRef> | undefined, a: Attributes, deps: Deps): Promise<readonly Param[]> {
  if (!served || !ref) return [undefined];
  const namespace = namespaceOf(served, ref, a);
  const found = await read(served, namespace, ref, deps);
  if (found.length === 0 && ref.parameterNotFoundAction === 'Deny') throw new Error('no params found for policy binding with `Deny` parameterNotFoundAction');
  return Promise.all(found.map((obj) => deps.versions.convert(served.resource, obj, served.kind, a.ctx.signal)));
}

/** '': it is cluster-scoped. */
function namespaceOf({ isNamespaced }: Served, { namespace = '' }: DeepReadonly<ParamRef>, a: Attributes): string {
  if (!isNamespaced) {
    if (namespace !== '') throw new Error('paramRef.namespace must not be provided for a cluster-scoped `paramKind`');
    return '';
  }
  const chosen = namespace === '' ? a.namespace : namespace;
  if (chosen === '') throw new Error('cannot use namespaced paramRef in policy binding that matches cluster-scoped resources');
  return chosen;
}

async function read({ kind, resource, isNamespaced }: Served, namespace: string, { name = '', selector }: DeepReadonly<ParamRef>, { stores }: Deps): Promise<readonly DeepReadonly<Obj>[]> {
  const type = typeOf(kind, resource, isNamespaced);
  const cached = stores.cached(type);
  const reader = cached.hasSynced() ? cached : stores.of(type);
  if (name !== '') {
    const found = await reader.get({ namespace, name });
    return found ? [found] : [];
  }
  const wanted = labelSelectorAsSelector(selector);
  return (await (isNamespaced ? reader.list(namespace) : reader.list())).filter((obj) => wanted.matches(obj.metadata.labels ?? {}));
}

/** Enough of one to name a store. */
function typeOf(gvk: GroupVersionKind, { resource }: GroupVersionResource, namespaced: boolean): ResourceType<Obj> {
  return {
    typeName: '',
    gvk,
    plural: resource,
    singular: '',
    namespaced,
    get schema(): never {
      throw new Error(`no schema stands behind ${resource}`);
    },
  };
}
