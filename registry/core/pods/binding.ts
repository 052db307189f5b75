/** Assigns a pod to a node. Behaves like upstream pkg/registry/core/pod/storage/storage.go (BindingREST). */
import { newBadRequest, newConflict, newNotFound, StatusError, aggregateText } from '../../../apimachinery/errors.ts';
import type { Key, Obj } from '../../../apimachinery/meta.ts';
import * as core from '../../../apimachinery/types/core.gen.ts';
import type { Status } from '../../../apimachinery/types/meta.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import type { RequestContext } from '../../generic/context.ts';
import type { SubresourceContext } from '../../generic/definition.ts';
import { checkPreconditions } from '../../generic/preconditions.ts';
import { notSupported, Path, required, type ErrorList } from '../../../apimachinery/validation/field.ts';
import { setPodCondition } from './condition.ts';

const PODS = { group: '', resource: 'pods' };

export const success = (code?: number): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  ...(code !== undefined && { code }),
});

function validateBinding({ target }: core.Binding): ErrorList {
  const errors = [];
  if (target.kind && target.kind !== 'Node') errors.push(notSupported(Path.of('target', 'kind'), target.kind, ['Node', '<empty>']));
  if (!target.name) errors.push(required(Path.of('target', 'name')));
  return errors;
}

/** `ctx.admission`: of pods/binding; that of bindings has been asked before. */
export async function bindPod(parent: Key, binding: core.Binding, ctx: RequestContext & Partial<Pick<SubresourceContext, 'admission'>>): Promise<Status> {
  if (binding.metadata.name !== parent.name) throw newBadRequest('name in URL does not match name in Binding object');
  const errors = validateBinding(binding);
  if (errors.length > 0) throw new StatusError(500, '', aggregateText(errors));
  await ctx.admission?.validate(binding as unknown as DeepReadonly<Obj>);
  const pods = ctx.stores.of(core.Pod);
  if (ctx.dryRun) {
    const current = await pods.get(parent);
    if (!current) throw newNotFound(PODS, parent.name);
    assign(structuredClone(current) as core.Pod, binding, ctx);
  } else {
    await pods.update(parent, (pod) => assign(pod, binding, ctx));
  }
  return success(201);
}

function assign(pod: core.Pod, binding: core.Binding, ctx: RequestContext): core.Pod {
  const { uid, resourceVersion } = binding.metadata;
  checkPreconditions(`/registry/pods/${pod.metadata.namespace ?? ''}/${pod.metadata.name}`, pod as unknown as Obj, { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) }, PODS, pod.metadata.name);
  const problem = obstacle(pod);
  if (problem) throw newConflict({ group: '', resource: 'pods/binding' }, pod.metadata.name, problem);
  pod.spec.nodeName = binding.target.name ?? '';
  delete pod.status.nominatedNodeName;
  if (binding.metadata.annotations) pod.metadata.annotations = { ...pod.metadata.annotations, ...binding.metadata.annotations };
  if (binding.metadata.labels) pod.metadata.labels = { ...pod.metadata.labels, ...binding.metadata.labels };
  setPodCondition(pod.status, { type: 'PodScheduled', status: 'True' }, ctx.clock.now());
  return pod;
}

function obstacle(pod: core.Pod): string | undefined {
  const { name, deletionTimestamp } = pod.metadata;
  if (deletionTimestamp) return `pod ${name} is being deleted, cannot be assigned to a host`;
  if (pod.spec.nodeName) return `pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`;
  return (pod.spec.schedulingGates ?? []).length > 0 ? `pod ${name} has non-empty .spec.schedulingGates` : undefined;
}
