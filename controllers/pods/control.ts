/** Creates and deletes pods of a controller, and says so in events about it. Behaves like upstream pkg/controller/controller_utils.go RealPodControl. */
import { isNotFound } from '../../apimachinery/errors.ts';
import { keyOf, type ApiObject } from '../../apimachinery/meta.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly, Draft, ResourceType } from '../../apimachinery/types/type.ts';
import type { ControllerContext } from '../framework/definition.ts';
import { controllerRef, type Readable } from '../framework/owners.ts';
import { isNamespaceTerminating, messageOf } from '../framework/status-errors.ts';
import type { Pod } from './conditions.ts';

export type PodTemplate = DeepReadonly<core.PodTemplateSpec>;

/** The server cuts a name that gets too long: the dash stays only where it fits. */
function generateNameOf(owner: string): string {
  const withDash = `${owner}-`;
  return withDash.length <= 253 ? withDash : owner;
}

export function podFromTemplate(template: PodTemplate, owner: Readable, ownerType: ResourceType<ApiObject>): Draft<core.Pod> {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    metadata: {
      generateName: generateNameOf(owner.metadata.name),
      namespace: owner.metadata.namespace,
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(finalizers && { finalizers }),
      ownerReferences: [controllerRef(owner, ownerType)],
    },
    spec: template.spec,
  };
}

/** Throws what the server answered, after an event about it (but not when the namespace is being deleted). */
export async function createPod(ctx: ControllerContext, pod: Draft<core.Pod>, owner: Readable): Promise<Pod> {
  try {
    const created = await ctx.client.resource(core.Pod).create(pod);
    ctx.recorder.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata.name}`);
    return created;
  } catch (error) {
    if (!isNamespaceTerminating(error)) ctx.recorder.event(owner, 'Warning', 'FailedCreate', `Error creating: ${messageOf(error)}`);
    throw error;
  }
}

export async function deletePod(ctx: ControllerContext, pod: Pod, owner: Readable): Promise<void> {
  try {
    await ctx.client.resource(core.Pod).delete(keyOf(pod));
  } catch (error) {
    if (!isNotFound(error)) ctx.recorder.event(owner, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`);
    throw error;
  }
  ctx.recorder.event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
}
