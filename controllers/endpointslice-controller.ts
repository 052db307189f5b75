import { keyOf, keyText, type Key } from '../apimachinery/meta.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import * as discovery from '../apimachinery/types/discovery.gen.ts';
import { hasSelector, podsOf, watchPods, type Service } from './endpoints/service-pods.ts';
import { CONTROLLER, MANAGED_BY, reconcileSlices, SERVICE_NAME, type Slice, type SliceChanges } from './endpoints/slices.ts';
import { sameHints, withHints } from './endpoints/traffic-distribution.ts';
import { TriggerTimes, withTriggerTime } from './endpoints/trigger-time.ts';
import { defineController, index, watch, type ControllerContext } from './framework/definition.ts';
import { isNamespaceTerminating } from './framework/status-errors.ts';

/** Slices of this controller by the service that they are for. */
const BY_SERVICE = 'managedSlicesByService';
const ZONE = 'topology.kubernetes.io/zone';

function withDistribution(service: Service, changes: SliceChanges, existing: readonly Slice[]): SliceChanges {
  const distribution = service.spec.trafficDistribution;
  const hinted = <S extends { readonly endpoints?: unknown }>(slice: S): S => {
    const endpoints = (slice.endpoints ?? []) as Slice['endpoints'] & object;
    return endpoints.length === 0 ? slice : { ...slice, endpoints: withHints(endpoints, distribution) };
  };
  const changed = new Set([...changes.update, ...changes.remove].map((slice) => slice.metadata.name));
  const rest = existing.filter((slice) => !changed.has(slice.metadata.name)).map(hinted).filter((slice) => !sameHints(slice.endpoints ?? [], existing.find((e) => e.metadata.name === slice.metadata.name)?.endpoints ?? []));
  return { create: changes.create.map(hinted), update: [...changes.update.map(hinted), ...rest], remove: changes.remove };
}

async function apply(ctx: ControllerContext, service: Service, { create, update, remove }: SliceChanges): Promise<void> {
  const slices = ctx.client.resource(discovery.EndpointSlice);
  const key = keyText(keyOf(service));
  for (const slice of service.metadata.deletionTimestamp === undefined ? create : []) {
    ctx.expectations.expectCreations(key, 1);
    try {
      await slices.create(slice);
    } catch (error) {
      ctx.expectations.creationObserved(key);
      if (isNamespaceTerminating(error)) return;
      ctx.recorder.event(service, 'Warning', 'FailedToUpdateEndpointSlices', `Error updating Endpoint Slices for Service ${key}: failed to create EndpointSlice for Service ${key}: ${(error as Error).message}`);
      throw error;
    }
  }
  for (const slice of update) await slices.update(slice);
  for (const slice of remove) {
    ctx.expectations.expectDeletions(key, [slice.metadata.uid]);
    try {
      await slices.delete(keyOf(slice));
    } catch (error) {
      ctx.expectations.deletionObserved(key, slice.metadata.uid);
      throw error;
    }
  }
}

/** Every slice that is written tells what it follows. */
function timed({ create, update, remove }: SliceChanges, time: string | undefined): SliceChanges {
  const told = <S extends { readonly metadata?: { readonly annotations?: unknown } | null }>(slice: S): S => ({ ...slice, metadata: { ...slice.metadata, annotations: withTriggerTime(slice.metadata?.annotations as Record<string, string> | undefined, time) } });
  return { create: create.map(told), update: update.map(told), remove };
}

async function reconcile(ctx: ControllerContext, key: Key, times: TriggerTimes): Promise<void> {
  const service = ctx.lister(core.Service).get(key);
  if (!service) {
    times.forget(keyText(key));
    return ctx.expectations.forget(keyText(key));
  }
  if (service.spec.type === 'ExternalName' || !hasSelector(service) || !ctx.expectations.satisfied(keyText(key))) return;
  const existing = ctx.lister(discovery.EndpointSlice).byIndex(BY_SERVICE, keyText(key)).filter((slice) => slice.metadata.deletionTimestamp === undefined);
  const nodes = (name: string) => ctx.lister(core.Node).get({ namespace: '', name });
  const pods = podsOf(ctx, service);
  const time = times.next(service, pods);
  const changes = reconcileSlices(service, pods, nodes, existing, ctx.settings.maxEndpointsPerSlice);
  await apply(ctx, service, timed(withDistribution(service, changes, existing), time));
}

function serviceOf(slice: Slice): Key[] {
  const name = slice.metadata.labels?.[SERVICE_NAME];
  return slice.metadata.labels?.[MANAGED_BY] === CONTROLLER && name !== undefined ? [{ namespace: slice.metadata.namespace, name }] : [];
}

/** Behaves like upstream pkg/controller/endpointslice. */
export default defineController({
  name: 'endpointslice-controller',
  component: 'endpoint-slice-controller',
  for: core.Service,
  owns: [discovery.EndpointSlice],
  watches: [
    watchPods,
    watch(discovery.EndpointSlice, serviceOf),
    watch(core.Node, (node, ctx, { old, gone }) => (gone || (old && old.metadata.labels?.[ZONE] === node.metadata.labels?.[ZONE]) ? [] : ctx.lister(core.Service).list().map(keyOf))),
  ],
  indexes: [index(discovery.EndpointSlice, BY_SERVICE, (slice) => serviceOf(slice).map(keyText))],
  reads: [core.Pod, core.Node],
  setup: () => new TriggerTimes(),
  reconcile,
});
