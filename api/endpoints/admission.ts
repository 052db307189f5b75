/** Asks for the admission chain of one write, in the names that plug-ins expect. */
import type { MaybePromise } from '../../apimachinery/http.ts';
import type { GroupVersionKind, GroupVersionResource, Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Admission, Version } from '../../registry/generic/definition.ts';
import type { AuthorizationAttributes } from '../authorization/interface.ts';
import { forbiddenError } from '../authorization/forbidden.ts';
import type { Operation } from '../admission/interface.ts';
import { newInternalError } from '../../apimachinery/errors.ts';
import type { Scope } from './scope.ts';

export interface AdmissionOf {
  readonly operation: Operation;
  readonly name: string;
  readonly options?: Obj;
  /** A subresource's own kind. */
  readonly kind?: GroupVersionKind;
}

const resources = new WeakMap<Version, GroupVersionResource>();

/** One object for each version: what is known of it is kept by identity. */
function resourceOf(version: Version): GroupVersionResource {
  let resource = resources.get(version);
  if (!resource) resources.set(version, (resource = { group: version.gvk.group, version: version.gvk.version, resource: version.plural }));
  return resource;
}

export function admissionFor(scope: Scope, of: AdmissionOf): Admission {
  const { info } = scope.request;
  const { version } = scope;
  const isNamespaces = scope.definition.storedAs === 'namespaces';
  return scope.deps.admission(
    {
      operation: of.operation,
      kind: of.kind ?? version.gvk,
      resource: resourceOf(version),
      subresource: info.subresource,
      namespace: isNamespaces && info.namespace === '' ? of.name : info.namespace,
      name: of.name,
      options: of.options,
    },
    scope.ctx,
  );
}

/** The admission of an object that PUT or apply creates: its user must be allowed to create it. */
export function creationAdmission(scope: Scope, of: AdmissionOf): Admission {
  return new CreationAdmission(scope, of);
}

class CreationAdmission implements Admission {
  readonly #scope: Scope;
  readonly #of: AdmissionOf;
  /** Made when there is something to create: nearly all such requests find their object. */
  #made: Admission | undefined;
  #checked: Promise<void> | undefined;

  constructor(scope: Scope, of: AdmissionOf) {
    this.#scope = scope;
    this.#of = of;
  }

  get #inner(): Admission {
    return (this.#made ??= admissionFor(this.#scope, this.#of));
  }

  mutate(obj: Obj | undefined, old?: DeepReadonly<Obj>): MaybePromise<Obj | undefined> {
    return this.#inner.mutate(obj, old);
  }

  async validate(obj: DeepReadonly<Obj> | undefined, old?: DeepReadonly<Obj>): Promise<void> {
    this.#checked ??= authorizeCreate(this.#scope, this.#of.name);
    await this.#checked;
    await this.#inner.validate(obj, old);
  }
}

async function authorizeCreate(scope: Scope, name: string): Promise<void> {
  const { authorizer } = scope.deps;
  if (!authorizer) return;
  const { info, user } = scope.request;
  const attributes: AuthorizationAttributes = {
    user,
    verb: 'create',
    isResourceRequest: true,
    namespace: info.namespace,
    apiGroup: info.apiGroup,
    apiVersion: info.apiVersion,
    resource: info.resource,
    subresource: info.subresource,
    name,
    path: info.path,
  };
  const verdict = await authorizer.authorize(attributes);
  if (verdict.decision === 'allow') return;
  throw verdict.error ? newInternalError(verdict.error.message, verdict.error) : forbiddenError(attributes, verdict.reason);
}
