/** The writes of the deployment controller. */
import { isAlreadyExists, isNotFound } from '../../apimachinery/errors.ts';
import { keyOf } from '../../apimachinery/meta.ts';
import * as apps from '../../apimachinery/types/apps.gen.ts';
import type { ControllerContext } from '../framework/definition.ts';
import { controllerRef, isControlledBy } from '../framework/owners.ts';
import { semanticEqual } from '../framework/semantic-equal.ts';
import { isNamespaceTerminating, messageOf } from '../framework/status-errors.ts';
import { computeHash } from '../framework/template-hash.ts';
import { byRevision, hasSizeAnnotations, maxRevision, REVISION, revisionAnnotations, sizeAnnotations } from './annotations.ts';
import { currentSize } from './scaling.ts';
import { byAge, HASH_LABEL, sameTemplate } from './sets.ts';
import { conditionOf, newCondition, withCondition } from './status.ts';
import { hasProgressDeadline, hasRevisionHistoryLimit, replicasOf, sumOf, type Deployment, type DeploymentCondition, type DeploymentStatus, type ReplicaSet, type Scale, type Sets } from './types.ts';

/** The Deployment as it stands after the write. */
export async function writeStatus(ctx: ControllerContext, d: Deployment, status: DeploymentStatus, annotations = d.metadata.annotations): Promise<Deployment> {
  if (semanticEqual(d.status, status) && semanticEqual(d.metadata.annotations, annotations)) return d;
  const metadata = annotations === undefined ? d.metadata : { ...d.metadata, annotations };
  return ctx.client.resource(apps.Deployment).subresource<apps.Deployment>('status').update(keyOf(d), { ...d, metadata, status });
}

/** Scales one set and says so; the set as it stands after. */
export async function scaleSet(ctx: ControllerContext, d: Deployment, { set, replicas }: Scale): Promise<ReplicaSet> {
  const before = replicasOf(set);
  if (before === replicas && hasSizeAnnotations(set, d)) return set;
  const metadata = { ...set.metadata, annotations: { ...set.metadata.annotations, ...sizeAnnotations(d) } };
  const scaled = await ctx.client.resource(apps.ReplicaSet).update({ ...set, metadata, spec: { ...set.spec, replicas } });
  if (before !== replicas) ctx.recorder.event(d, 'Normal', 'ScalingReplicaSet', `Scaled ${before < replicas ? 'up' : 'down'} replica set ${set.metadata.name} from ${before} to ${replicas}`);
  return scaled;
}

/** Deletes old sets without pods beyond the history limit, those with the lowest revision first. */
export async function cleanUp(ctx: ControllerContext, d: Deployment, old: readonly ReplicaSet[]): Promise<void> {
  if (!hasRevisionHistoryLimit(d)) return;
  const alive = old.filter((set) => set.metadata.deletionTimestamp === undefined);
  const sorted = [...alive].sort((a, b) => byRevision(a, b) || byAge(a, b));
  for (const set of sorted.slice(0, Math.max(0, alive.length - (d.spec.revisionHistoryLimit ?? 0)))) {
    if ((set.status?.replicas ?? 0) !== 0 || replicasOf(set) !== 0 || (set.metadata.generation ?? 0) > (set.status?.observedGeneration ?? 0)) continue;
    try {
      await ctx.client.resource(apps.ReplicaSet).delete(keyOf(set));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

interface Synced {
  readonly deployment: Deployment;
  readonly sets: Sets;
}

function withProgress(d: Deployment, condition: DeploymentCondition): DeploymentStatus {
  return { ...d.status, conditions: withCondition(d.status?.conditions ?? [], condition) };
}

/** Gives the current set its revision and the Deployment the same. */
export async function syncRevision(ctx: ControllerContext, d: Deployment, sets: Sets): Promise<Synced> {
  const { current, old } = sets;
  if (!current) return { deployment: d, sets };
  const before = current.metadata.annotations ?? {};
  const annotations = revisionAnnotations(d, before, maxRevision(old) + 1n);
  const minReadySeconds = d.spec.minReadySeconds ?? 0;
  if (annotations !== before || (current.spec.minReadySeconds ?? 0) !== minReadySeconds) {
    const updated = await ctx.client.resource(apps.ReplicaSet).update({ ...current, metadata: { ...current.metadata, annotations }, spec: { ...current.spec, minReadySeconds } });
    return { deployment: d, sets: { current: updated, old } };
  }
  const isNew = hasProgressDeadline(d) && !conditionOf(d.status, 'Progressing');
  const status = isNew ? withProgress(d, newCondition('Progressing', 'True', 'FoundNewReplicaSet', `Found new replica set "${current.metadata.name}"`, ctx.now())) : d.status;
  const revision = before[REVISION];
  return { deployment: await writeStatus(ctx, d, status, revision === undefined ? d.metadata.annotations : { ...d.metadata.annotations, [REVISION]: revision }), sets };
}

function newSet(d: Deployment, old: readonly ReplicaSet[]) {
  const hash = computeHash(d.spec.template, d.status?.collisionCount);
  const labels = { ...d.spec.template.metadata?.labels, [HASH_LABEL]: hash };
  const replicas = currentSize(d, sumOf(old, replicasOf), 0);
  const revision = maxRevision(old) + 1n;
  const spec = {
    replicas,
    ...(d.spec.minReadySeconds !== undefined && { minReadySeconds: d.spec.minReadySeconds }),
    selector: { ...d.spec.selector, matchLabels: { ...d.spec.selector?.matchLabels, [HASH_LABEL]: hash } },
    template: { ...d.spec.template, metadata: { ...d.spec.template.metadata, labels } },
  };
  const annotations = { ...revisionAnnotations(d, {}, revision), ...sizeAnnotations(d) };
  return { metadata: { name: `${d.metadata.name}-${hash}`, namespace: d.metadata.namespace, labels, annotations, ownerReferences: [controllerRef(d, apps.Deployment)] }, spec };
}

/** The name is taken: by an earlier try of ours (then that is the set), or by another template with the same hash. */
async function existing(ctx: ControllerContext, d: Deployment, name: string, error: unknown): Promise<ReplicaSet> {
  const set = await ctx.client.resource(apps.ReplicaSet).get({ namespace: d.metadata.namespace, name });
  if (isControlledBy(set, d) && sameTemplate(set.spec.template, d.spec.template)) return set;
  await writeStatus(ctx, d, { ...d.status, collisionCount: (d.status?.collisionCount ?? 0) + 1 });
  throw error;
}

async function creationFailed(ctx: ControllerContext, d: Deployment, name: string, error: unknown): Promise<never> {
  if (isNamespaceTerminating(error)) throw error;
  const message = `Failed to create new replica set "${name}": ${messageOf(error)}`;
  if (hasProgressDeadline(d)) await writeStatus(ctx, d, withProgress(d, newCondition('Progressing', 'False', 'ReplicaSetCreateError', message, ctx.now())));
  ctx.recorder.event(d, 'Warning', 'ReplicaSetCreateError', message);
  throw error;
}

/** Makes the set that has the Deployment's template. */
export async function createCurrent(ctx: ControllerContext, d: Deployment, old: readonly ReplicaSet[]): Promise<Synced> {
  const wanted = newSet(d, old);
  let isCreated = true;
  let current: ReplicaSet;
  try {
    current = await ctx.client.resource(apps.ReplicaSet).create(wanted);
  } catch (error) {
    if (!isAlreadyExists(error)) return creationFailed(ctx, d, wanted.metadata.name, error);
    isCreated = false;
    current = await existing(ctx, d, wanted.metadata.name, error);
  }
  if (isCreated && wanted.spec.replicas > 0) ctx.recorder.event(d, 'Normal', 'ScalingReplicaSet', `Scaled up replica set ${current.metadata.name} from 0 to ${wanted.spec.replicas}`);
  const condition = newCondition('Progressing', 'True', 'NewReplicaSetCreated', `Created new replica set "${current.metadata.name}"`, ctx.now());
  const status = isCreated && hasProgressDeadline(d) ? withProgress(d, condition) : d.status;
  const deployment = await writeStatus(ctx, d, status, { ...d.metadata.annotations, [REVISION]: String(maxRevision(old) + 1n) });
  return { deployment, sets: { current, old } };
}
