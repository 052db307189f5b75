import { keyOf, type ApiObject, type GroupResource, type Key, type Obj } from '../apimachinery/meta.ts';
import { newQuantity, parseQuantity, type Quantity } from '../apimachinery/quantity.ts';
import { matchesQuota, scopeSelectorsOf } from '../apimachinery/quota/evaluator.ts';
import { evaluatorFor } from '../apimachinery/quota/evaluators.ts';
import * as apps from '../apimachinery/types/apps.gen.ts';
import * as batch from '../apimachinery/types/batch.gen.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import * as networking from '../apimachinery/types/networking.gen.ts';
import type { DeepReadonly, ResourceType } from '../apimachinery/types/type.ts';
import { discover } from '../client/discovery.ts';
import { defineController, watch, type ControllerContext, type Result, type Watch } from './framework/definition.ts';
import { isPodTerminal } from './pods/conditions.ts';

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

/** `count/jobs.batch` → jobs of batch. */
function countedBy(name: string): GroupResource | undefined {
  const match = /^count\/([^.]+)(?:\.(.+))?$/.exec(name);
  return match ? { resource: match[1] ?? '', group: match[2] ?? '' } : undefined;
}

/** The objects of a namespace that count under `name` and stand in no cache. */
async function listUncached(ctx: ControllerContext, namespace: string, wanted: GroupResource): Promise<readonly Any[]> {
  const { resources } = await discover(ctx.client);
  const found = resources.find((r) => r.resource === wanted.resource && r.group === wanted.group && r.namespaced);
  return found ? (await ctx.client.dynamic(found).list({ namespace })).items : [];
}

function addUsage(total: Map<string, Quantity>, ctx: ControllerContext, quota: Quota, gr: GroupResource, objects: readonly Any[]): void {
  const evaluator = evaluatorFor(gr);
  const hard = Object.keys(quota.spec.hard ?? {});
  for (const obj of objects) {
    if (!matchesQuota(evaluator, quota, hard, obj)) continue;
    for (const [name, value] of evaluator.usage(obj, ctx.now())) total.set(name, total.get(name)?.add(value) ?? value);
  }
}

async function usedOf(ctx: ControllerContext, quota: Quota): Promise<Record<string, string>> {
  const { namespace } = quota.metadata;
  const total = new Map<string, Quantity>();
  for (const type of CACHED) addUsage(total, ctx, quota, groupResourceOf(type), ctx.lister(type).list(namespace) as unknown as readonly Any[]);
  const names = Object.keys(quota.spec.hard ?? {});
  for (const name of scopeSelectorsOf(quota).length > 0 ? [] : names) {
    const gr = countedBy(name);
    if (gr && !CACHED.some((type) => type.plural === gr.resource && type.gvk.group === gr.group)) addUsage(total, ctx, quota, gr, await listUncached(ctx, namespace, gr));
  }
  return Object.fromEntries(names.map((name) => [name, (total.get(name) ?? newQuantity(0, 'DecimalSI')).toString()]));
}

function sameList(a: Readonly<Record<string, string>> | undefined, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(b);
  return names.length === Object.keys(a ?? {}).length && names.every((name) => a?.[name] !== undefined && parseQuantity(a[name]).equal(parseQuantity(b[name] ?? '0')));
}

async function reconcile(ctx: ControllerContext, key: Key): Promise<Result | void> {
  const quota = ctx.lister(core.ResourceQuota).get(key);
  if (!quota) return;
  const hard = quota.spec.hard ?? {};
  const used = await usedOf(ctx, quota);
  const requeueAfter = ctx.settings.resourceQuotaSyncPeriod;
  if (sameList(quota.status?.hard, hard) && sameList(quota.status?.used, used)) return { requeueAfter };
  await ctx.client.resource(core.ResourceQuota).subresource<core.ResourceQuota>('status').update(key, { ...quota, status: { hard, used } });
  return { requeueAfter };
}

/** Reconciles the quotas of a namespace when something in it goes, or changes so that it counts for less. */
function freeing<T extends ApiObject>(type: ResourceType<T>, frees: (obj: DeepReadonly<T>, old: DeepReadonly<T>) => boolean = () => false): Watch {
  return watch<T>(type, (obj, ctx, { old, gone }) => {
    if (!gone && !(old && frees(obj, old))) return [];
    return ctx.lister(core.ResourceQuota).list((obj as Any).metadata.namespace).map(keyOf);
  });
}

/** Behaves like upstream pkg/controller/resourcequota. Admission counts what is created; this controller corrects, above all when objects go. */
export default defineController({
  name: 'resourcequota-controller',
  for: core.ResourceQuota,
  watches: [
    freeing(core.Pod, (pod, old) => isPodTerminal(pod) !== isPodTerminal(old)),
    freeing(core.Service, (service, old) => service.spec.type !== old.spec.type || service.spec.ports?.length !== old.spec.ports?.length),
    freeing(core.PersistentVolumeClaim, (claim, old) => claim.spec.resources?.requests?.['storage'] !== old.spec.resources?.requests?.['storage']),
    ...CACHED.slice(3).filter((type) => type !== core.ResourceQuota).map((type) => freeing(type)),
  ],
  reconcile,
});
