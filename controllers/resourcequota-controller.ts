import { keyOf, type ApiObject, type GroupResource, type Key, type Obj } from '../apimachinery/meta.ts';
import { newQuantity, parseQuantity, type Quantity } from '../apimachinery/quantity.ts';
import { matchesQuota } from '../apimachinery/quota/evaluator.ts';
import { evaluatorFor } from '../apimachinery/quota/evaluators.ts';
import * as apiextensions from '../apimachinery/types/apiextensions.gen.ts';
import * as apps from '../apimachinery/types/apps.gen.ts';
import * as batch from '../apimachinery/types/batch.gen.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import * as networking from '../apimachinery/types/networking.gen.ts';
import type { DeepReadonly, ResourceType } from '../apimachinery/types/type.ts';
import { defineController, watch, type ControllerContext, type Result, type Watch } from './framework/definition.ts';
import { semanticEqual } from './framework/semantic-equal.ts';
import { CountedCollections } from './resourcequota/counted-collections.ts';
import { claimFrees, podFrees } from './resourcequota/freed.ts';

type Quota = DeepReadonly<core.ResourceQuota>;
type Any = DeepReadonly<Obj>;

/** Collections whose objects are counted from caches and whose deletion frees quota at once. */
const CACHED: readonly ResourceType<ApiObject>[] = [
  core.Pod,
  core.Service,
  core.PersistentVolumeClaim,
  core.ConfigMap,
  core.Secret,
  core.ServiceAccount,
  core.ReplicationController,
  core.ResourceQuota,
  apps.Deployment,
  apps.ReplicaSet,
  apps.StatefulSet,
  apps.DaemonSet,
  batch.Job,
  batch.CronJob,
  networking.Ingress,
  networking.NetworkPolicy,
];

const groupResourceOf = (type: ResourceType<ApiObject>): GroupResource => ({ group: type.gvk.group, resource: type.plural });

function addUsage(total: Map<string, Quantity>, ctx: ControllerContext, quota: Quota, gr: GroupResource, objects: readonly Any[]): void {
  const evaluator = evaluatorFor(gr);
  const hard = Object.keys(quota.spec.hard ?? {});
  for (const obj of objects) {
    if (!matchesQuota(evaluator, quota, hard, obj)) continue;
    for (const [name, value] of evaluator.usage(obj, ctx.now())) total.set(name, total.get(name)?.add(value) ?? value);
  }
}

function usedOf(ctx: ControllerContext, quota: Quota, collections: CountedCollections): Record<string, string> {
  const { namespace = '' } = quota.metadata;
  const total = new Map<string, Quantity>();
  for (const type of CACHED) addUsage(total, ctx, quota, groupResourceOf(type), ctx.lister(type).list(namespace) as unknown as readonly Any[]);
  for (const { resource, objects } of collections.in(namespace)) addUsage(total, ctx, quota, resource, objects);
  return Object.fromEntries(Object.keys(quota.spec.hard ?? {}).map((name) => [name, (total.get(name) ?? newQuantity(0, 'DecimalSI')).toString()]));
}

/** The names in all quotas. */
const countedNames = (ctx: ControllerContext): readonly string[] => [...new Set(ctx.lister(core.ResourceQuota).list().flatMap((q) => Object.keys(q.spec.hard ?? {})))];

function sameList(a: Readonly<Record<string, string>> | undefined, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(b);
  return names.length === Object.keys(a ?? {}).length && names.every((name) => a?.[name] !== undefined && parseQuantity(a[name]).equal(parseQuantity(b[name] ?? '0')));
}

async function reconcile(ctx: ControllerContext, key: Key, collections: CountedCollections): Promise<Result | void> {
  const quota = ctx.lister(core.ResourceQuota).get(key);
  if (!quota) return;
  const hard = quota.spec.hard ?? {};
  await collections.follow(countedNames(ctx));
  const used = usedOf(ctx, quota, collections);
  const requeueAfter = ctx.settings.resourceQuotaSyncPeriod;
  if (sameList(quota.status?.hard, hard) && sameList(quota.status?.used, used)) return { requeueAfter };
  await ctx.client.resource(core.ResourceQuota).subresource<core.ResourceQuota>('status').update(key, { ...quota, status: { hard, used } });
  return { requeueAfter };
}

/** Reconciles the quotas of a namespace when something in it goes, or changes so that it counts for less. */
function freeing<T extends ApiObject>(type: ResourceType<T>, frees: (obj: DeepReadonly<T>, old: DeepReadonly<T>) => boolean = () => false): Watch {
  return watch<T>(type, (obj, ctx, { old, gone }) => {
    if (!gone && !(old && frees(obj, old))) return [];
    return quotasIn(ctx, (obj as Any).metadata.namespace ?? '');
  });
}

const quotasIn = (ctx: ControllerContext, namespace: string): readonly Key[] => ctx.lister(core.ResourceQuota).list(namespace).map(keyOf);

/** A change of the status alone is admission's or this controller's own: counting then would miss what was admitted and is not written yet. */
const quotas = watch(core.ResourceQuota, (quota, ctx, { old, gone }) => {
  if (gone) return quotasIn(ctx, quota.metadata.namespace ?? '');
  return old && semanticEqual(old.spec, quota.spec) ? [] : [keyOf(quota)];
});

/** A kind that a quota names may come or go. */
const kinds = watch(apiextensions.CustomResourceDefinition, ({ spec }, ctx) => {
  const evaluator = evaluatorFor({ group: spec.group, resource: spec.names.plural });
  return ctx.lister(core.ResourceQuota).list().filter((q) => evaluator.matchingResources(Object.keys(q.spec.hard ?? {})).length > 0).map(keyOf);
});

/** Behaves like upstream pkg/controller/resourcequota. Admission counts what is created; this controller corrects, above all when objects go. */
export default defineController({
  name: 'resourcequota-controller',
  watches: [
    quotas,
    kinds,
    freeing(core.Pod, podFrees),
    freeing(core.Service, (service, old) => service.spec.type !== old.spec.type || service.spec.ports?.length !== old.spec.ports?.length),
    freeing(core.PersistentVolumeClaim, claimFrees),
    ...CACHED.slice(3).filter((type) => type !== core.ResourceQuota).map((type) => freeing(type)),
  ],
  setup: (ctx) => new CountedCollections(ctx, CACHED.map(groupResourceOf), (namespace) => quotasIn(ctx, namespace).forEach((key) => ctx.enqueue(key))),
  reconcile,
});
