import { isNotFound } from '../apimachinery/errors.ts';
import { keyOf, keyText, type Key } from '../apimachinery/meta.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import * as discovery from '../apimachinery/types/discovery.gen.ts';
import { CONTROLLER, isMirrored, mirror, type MirrorChanges } from './endpoints/mirror.ts';
import { MANAGED_BY, SERVICE_NAME, type Slice } from './endpoints/slices.ts';
import { defineController, index, watch, type ControllerContext } from './framework/definition.ts';
import { isNamespaceTerminating } from './framework/status-errors.ts';

const BY_ENDPOINTS = 'mirroredSlicesByEndpoints';

function endpointsOf(slice: Slice): Key[] {
  const name = slice.metadata.labels?.[SERVICE_NAME];
  return slice.metadata.labels?.[MANAGED_BY] === CONTROLLER && name !== undefined ? [{ namespace: slice.metadata.namespace, name }] : [];
}

async function apply(ctx: ControllerContext, key: Key, { create, update, remove }: MirrorChanges): Promise<void> {
  const slices = ctx.client.resource(discovery.EndpointSlice);
  for (const slice of create) {
    ctx.expectations.expectCreations(keyText(key), 1);
    try {
      await slices.create(slice);
    } catch (error) {
      ctx.expectations.creationObserved(keyText(key));
      if (isNamespaceTerminating(error)) return;
      throw error;
    }
  }
  for (const slice of update) await slices.update(slice);
  for (const slice of remove) {
    try {
      await slices.delete(keyOf(slice));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

async function reconcile(ctx: ControllerContext, key: Key): Promise<void> {
  if (!ctx.expectations.satisfied(keyText(key))) return;
  const existing = ctx.lister(discovery.EndpointSlice).byIndex(BY_ENDPOINTS, keyText(key)).filter((slice) => slice.metadata.deletionTimestamp === undefined);
  const endpoints = ctx.lister(core.Endpoints).get(key);
  const service = ctx.lister(core.Service).get(key);
  if (!endpoints || !service || !isMirrored(endpoints) || service.spec.selector !== undefined) return apply(ctx, key, { create: [], update: [], remove: existing });
  await apply(ctx, key, mirror(endpoints, existing));
}

/** Behaves like upstream pkg/controller/endpointslicemirroring. */
export default defineController({
  name: 'endpointslice-mirroring-controller',
  component: 'endpoint-slice-mirroring-controller',
  for: core.Endpoints,
  owns: [discovery.EndpointSlice],
  watches: [watch(core.Service, (service, _, { old }) => (old && (old.spec.selector === undefined) === (service.spec.selector === undefined) ? [] : [keyOf(service)])), watch(discovery.EndpointSlice, endpointsOf)],
  indexes: [index(discovery.EndpointSlice, BY_ENDPOINTS, (slice) => endpointsOf(slice).map(keyText))],
  reconcile,
});
