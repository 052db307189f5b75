/** Earlier pod templates of StatefulSets and DaemonSets, kept as ControllerRevisions. Behaves like upstream pkg/controller/history. */
import { isAlreadyExists } from '../../apimachinery/errors.ts';
import { keyOf, type ApiObject } from '../../apimachinery/meta.ts';
import * as apps from '../../apimachinery/types/apps.gen.ts';
import type { DeepReadonly, ResourceType } from '../../apimachinery/types/type.ts';
import { claimObjects } from '../framework/claim.ts';
import type { ControllerContext } from '../framework/definition.ts';
import type { Matcher } from '../framework/labels.ts';
import { controllerRef, type Readable } from '../framework/owners.ts';
import { semanticEqual } from '../framework/semantic-equal.ts';
import { canonicalJson, computeHash } from '../framework/template-hash.ts';
import type { PodTemplate } from '../pods/control.ts';

export type Revision = DeepReadonly<apps.ControllerRevision>;

export const HASH_LABEL = 'controller-revision-hash';
/** Where a StatefulSet's revision carries its hash; a DaemonSet's has it under HASH_LABEL. */
export const REVISION_HASH = 'controller.kubernetes.io/hash';

/** What a revision says: a strategic merge patch that puts the template back. Byte for byte as upstream's, who compares so: keys are sorted. */
export function revisionData(template: PodTemplate): unknown {
  return JSON.parse(canonicalJson({ spec: { template: { $patch: 'replace', ...template } } }));
}

export function templateOf(revision: Revision): PodTemplate {
  const { $patch: _, ...template } = ((revision.data as { spec?: { template?: Record<string, unknown> } } | undefined)?.spec?.template ?? {}) as Record<string, unknown>;
  return template as unknown as PodTemplate;
}

const byRevision = (a: Revision, b: Revision): number => (a.revision ?? 0) - (b.revision ?? 0) || (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : a.metadata.creationTimestamp > b.metadata.creationTimestamp ? 1 : a.metadata.name < b.metadata.name ? -1 : 1);

/** Those of the owner, adopted where they have none, oldest first. */
export async function listRevisions(ctx: ControllerContext, owner: Readable, ownerType: ResourceType<ApiObject>, matches: Matcher): Promise<readonly Revision[]> {
  const candidates = [...ctx.owned(apps.ControllerRevision, owner), ...ctx.orphans(apps.ControllerRevision, owner.metadata.namespace)];
  const claimed = await claimObjects<apps.ControllerRevision>(ctx, { owner, ownerType, type: apps.ControllerRevision, matches, candidates });
  return [...claimed].sort(byRevision);
}

export interface Wanted {
  readonly owner: Readable;
  readonly ownerType: ResourceType<ApiObject>;
  readonly template: PodTemplate;
  readonly collisionCount: number;
  readonly hashLabel: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The collision count grows when a hash is taken by another template. */
export interface Ensured {
  readonly revision: Revision;
  readonly collisionCount: number;
}

async function create(ctx: ControllerContext, { owner, ownerType, template, annotations, hashLabel, ...wanted }: Wanted, number: number): Promise<Ensured> {
  const revisions = ctx.client.resource(apps.ControllerRevision);
  const data = revisionData(template);
  const { namespace } = owner.metadata;
  for (let { collisionCount } = wanted; ; collisionCount++) {
    const hash = computeHash(canonicalJson(data), collisionCount);
    const name = `${owner.metadata.name.slice(0, 223)}-${hash}`;
    const labels = { ...template.metadata?.labels, [hashLabel]: hash };
    try {
      const revision = await revisions.create({ metadata: { namespace, name, labels, ...(annotations && { annotations }), ownerReferences: [controllerRef(owner, ownerType)] }, data: data as object, revision: number });
      return { revision, collisionCount };
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const taken = await revisions.get({ namespace, name });
      if (semanticEqual(taken.data, data)) return { revision: taken, collisionCount };
    }
  }
}

/** The revision that holds the template now: the newest when it does, an old one with a new number, or one that is made. `revisions`: oldest first. */
export async function ensureRevision(ctx: ControllerContext, revisions: readonly Revision[], wanted: Wanted): Promise<Ensured> {
  const data = revisionData(wanted.template);
  const { collisionCount } = wanted;
  const equal = revisions.filter((revision) => semanticEqual(revision.data, data)).at(-1);
  const newest = revisions.at(-1);
  const next = (newest?.revision ?? 0) + 1;
  if (!equal) return create(ctx, wanted, next);
  if (equal === newest) return { revision: equal, collisionCount };
  const revision = await ctx.client.resource(apps.ControllerRevision).update({ ...equal, revision: next });
  return { revision, collisionCount };
}

/** Deletes the `surplus` oldest of those that no pod and no status names. */
export async function truncateRevisions(ctx: ControllerContext, revisions: readonly Revision[], live: ReadonlySet<string>, surplus: (idle: number) => number): Promise<void> {
  const idle = revisions.filter((revision) => !live.has(revision.metadata.name));
  for (const revision of idle.slice(0, Math.max(0, surplus(idle.length)))) await ctx.client.resource(apps.ControllerRevision).delete(keyOf(revision));
}
