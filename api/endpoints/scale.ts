/** The scale subresource: autoscaling/v1 Scale over any resource with replicas. Behaves like upstream pkg/registry/apps/deployment/storage (ScaleREST). */
import { newConflict, newInvalid, newNotFound } from '../../apimachinery/errors.ts';
import type { ApiResponse } from '../../apimachinery/http.ts';
import { apiVersionOf, type Obj } from '../../apimachinery/meta.ts';
import { updateManaged } from '../../apimachinery/patch/apply/managed-fields.ts';
import { Scale } from '../../apimachinery/types/autoscaling-v1.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { Path, invalid } from '../../apimachinery/validation/field.ts';
import { SCALE_COLUMNS } from '../../registry/generic/columns.ts';
import { rfc3339 } from '../../component-base/clock.ts';
import { deepCopy } from '../../registry/generic/deep-copy.ts';
import type { Admission, ScalePaths, Subresource } from '../../registry/generic/definition.ts';
import { ensureNamespace } from '../../registry/generic/object-meta.ts';
import { groupResourceOf } from '../../registry/generic/resource-key.ts';
import { parentEntries, scaleEntries, type ReplicasIn } from '../../registry/generic/scale-fields.ts';
import type { Change, UpdateRequest } from '../../registry/generic/store-interface.ts';
import { admissionFor } from './admission.ts';
import { inputMediaType } from './accept.ts';
import { negotiated, objectAnswer, servedObject } from './answer.ts';
import { bodyObject, readBody } from './body.ts';
import type { TypedShape } from './typed-shape.ts';
import { checkName } from './check-name.ts';
import { writeRequest } from './create.ts';
import { mechanismOf, patchType } from './patch.ts';
import { keyOfRequest, storeOf, withDryRun, type Scope } from './scope.ts';
import { writeOptions, type WriteOptions } from './write-options.ts';

type ScaleSubresource = Subresource & { readonly kind: 'scale' };
const SHAPE: TypedShape = { gvk: Scale.gvk, schema: Scale.schema };
const ANSWER = { ...SHAPE, columns: SCALE_COLUMNS };

const pathsOf = ({ version }: Scope, { paths, pathsIn }: ScaleSubresource): ScalePaths => pathsIn?.get(apiVersionOf(version.gvk)) ?? paths;

const replicasOf = ({ paths, pathsIn }: ScaleSubresource): ReplicasIn => (pathsIn ? (apiVersion) => pathsIn.get(apiVersion)?.spec : () => paths.spec);

export async function scaleVerb(scope: Scope, verb: string, sub: ScaleSubresource): Promise<ApiResponse> {
  if (verb === 'get') return getScale(scope, sub);
  return verb === 'update' ? putScale(scope, sub) : patchScale(scope, sub);
}

async function getScale(scope: Scope, sub: ScaleSubresource): Promise<ApiResponse> {
  const answer = negotiated(scope);
  const stored = await storeOf(scope).get(keyOfRequest(scope), {}, scope.ctx);
  return objectAnswer(scope, answer, scaleOf(await servedObject(scope, stored), pathsOf(scope, sub)), 200, ANSWER);
}

async function putScale(scoped: Scope, sub: ScaleSubresource): Promise<ApiResponse> {
  const options = writeOptions(scoped.request, 'UpdateOptions');
  inputMediaType(scoped.request);
  const scope = withDryRun(scoped, options.dryRun);
  const wanted = await bodyObject(scope, options, SHAPE);
  const key = keyOfRequest(scope);
  ensureNamespace(wanted, key.namespace);
  checkName(wanted, key.name, key.namespace);
  const uid = wanted.metadata.uid ?? '';
  return write(scope, sub, options, { change: () => Promise.resolve(deepCopy(wanted) as Obj), ...(uid !== '' && { uid }) });
}

async function patchScale(scoped: Scope, sub: ScaleSubresource): Promise<ApiResponse> {
  const type = patchType(scoped);
  const bytes = await readBody(scoped.request);
  const options = writeOptions(scoped.request, 'PatchOptions', type === 'application/apply-patch+yaml');
  const scope = withDryRun(scoped, options.dryRun);
  const mechanism = mechanismOf(scope, SHAPE, type, bytes, options);
  const { name, namespace } = keyOfRequest(scope);
  const change = async (current: DeepReadonly<Obj>): Promise<Obj> => {
    const wanted = await mechanism.apply(current);
    ensureNamespace(wanted, namespace);
    checkName(wanted, name, namespace);
    return wanted;
  };
  return write(scope, sub, options, { change, isApplied: mechanism.isApply === true });
}

interface Wish {
  change(scale: DeepReadonly<Obj>): Promise<Obj>;
  readonly uid?: string;
  /** Apply computes managed fields itself. */
  readonly isApplied?: boolean;
}

/** parent → scale → changed scale → parent, inside the guaranteed update. Admission sees scales. */
async function write(scope: Scope, sub: ScaleSubresource, options: WriteOptions, wish: Wish): Promise<ApiResponse> {
  const answer = negotiated(scope);
  const { name } = scope.request.info;
  const paths = pathsOf(scope, sub);
  const replicasIn = replicasOf(sub);
  const admission = admissionFor(scope, { operation: 'UPDATE', name, kind: Scale.gvk, options: options.asObject('UpdateOptions') });
  const request: UpdateRequest = { ...writeRequest(options, 'scale'), createIfMissing: false, managedFieldsDone: true, ...(wish.uid !== undefined && { preconditions: { uid: wish.uid } }) };
  const parentChange: Change = async (current) => {
    if (!current) throw newNotFound(groupResourceOf(scope.definition, scope.ctx), name);
    const old = ownedScale(current, paths, replicasIn);
    const wanted = await wish.change(old);
    if (!wish.isApplied) trackScale(scope, options, old, wanted);
    const admitted = (await admission.mutate(wanted, old)) ?? wanted;
    return withScale(scope, current, admitted, paths, replicasIn);
  };
  const { stored } = await storeOf(scope).update(keyOfRequest(scope), parentChange, validating(admission, paths), request, scope.ctx);
  return objectAnswer(scope, answer, scaleOf(await servedObject(scope, stored), paths), 200, ANSWER);
}

/** Mutation was done on the scale; validation sees the scales of the parents. */
function validating(admission: Admission, paths: ScalePaths): Admission {
  const scaled = (parent: DeepReadonly<Obj> | undefined): DeepReadonly<Obj> | undefined => parent && scaleOf(parent, paths);
  return { mutate: (obj) => Promise.resolve(obj), validate: (obj, old) => admission.validate(scaled(obj), scaled(old)) };
}

export function scaleOf(parent: DeepReadonly<Obj>, paths: ScalePaths): DeepReadonly<Obj> {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = parent.metadata;
  const selector = paths.selector(parent);
  const replicas = Number(at(parent, paths.spec) ?? 0);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: Number(at(parent, paths.status) ?? 0), ...(selector !== '' && { selector }) },
  } as unknown as DeepReadonly<Obj>;
}

function ownedScale(parent: DeepReadonly<Obj>, paths: ScalePaths, replicasIn: ReplicasIn): DeepReadonly<Obj> {
  const scale = scaleOf(parent, paths);
  const managedFields = scaleEntries(parent.metadata.managedFields, replicasIn);
  return managedFields ? ({ ...scale, metadata: { ...scale.metadata, managedFields } } as DeepReadonly<Obj>) : scale;
}

function trackScale(scope: Scope, options: WriteOptions, old: DeepReadonly<Obj>, wanted: Obj): void {
  const now = rfc3339(scope.ctx.clock.now());
  updateManaged({ schemaFor: (apiVersion) => (apiVersion === 'autoscaling/v1' ? Scale.schema : undefined) }, old, wanted, { manager: options.manager, subresource: 'scale', apiVersion: 'autoscaling/v1', now });
}

function withScale(scope: Scope, parent: DeepReadonly<Obj>, scale: Obj, paths: ScalePaths, replicasIn: ReplicasIn): Obj {
  const { uid, resourceVersion } = scale.metadata;
  const replicas = (scale['spec'] as { replicas?: number } | undefined)?.replicas ?? 0;
  const { name } = parent.metadata;
  if (replicas < 0) throw newInvalid('autoscaling', 'Scale', name, [invalid(Path.of('spec', 'replicas'), replicas, 'must be greater than or equal to 0')]);
  if ((uid ?? '') !== '' && uid !== parent.metadata.uid) {
    const gr = groupResourceOf(scope.definition, scope.ctx);
    throw newConflict({ group: gr.group, resource: `${gr.resource}/scale` }, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${parent.metadata.uid}`);
  }
  const changed = deepCopy(parent) as Obj;
  put(changed, paths.spec, replicas);
  changed.metadata.resourceVersion = resourceVersion;
  const entries = parentEntries(parent.metadata.managedFields, scale.metadata.managedFields, apiVersionOf(scope.version.gvk), replicasIn);
  if (entries) changed.metadata.managedFields = entries;
  else delete changed.metadata.managedFields;
  return changed;
}

function at(object: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined), object);
}

function put(object: Obj, path: readonly string[], value: unknown): void {
  let parent: Record<string, unknown> = object;
  for (const name of path.slice(0, -1)) parent = (parent[name] ??= {}) as Record<string, unknown>;
  parent[path.at(-1) ?? ''] = value;
}

