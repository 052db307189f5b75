import { isNotFound } from '../apimachinery/errors.ts';
import { keyText, type Key } from '../apimachinery/meta.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import { hasSelector, isHeadless, podsOf, watchPods, type Service } from './endpoints/service-pods.ts';
import { HEADLESS } from './endpoints/slices.ts';
import { subsetsOf, truncated } from './endpoints/subsets.ts';
import { TriggerTimes, withTriggerTime } from './endpoints/trigger-time.ts';
import { defineController, watch, type ControllerContext } from './framework/definition.ts';
import { semanticEqual } from './framework/semantic-equal.ts';
import { isNamespaceTerminating, messageOf } from './framework/status-errors.ts';

const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';

function labelsFor(service: Service): Record<string, string> {
  const { [HEADLESS]: _, ...labels } = service.metadata.labels ?? {};
  return { ...labels, ...(isHeadless(service) && { [HEADLESS]: '' }), [MANAGED_BY]: 'endpoint-controller' };
}

async function deleteEndpoints(ctx: ControllerContext, key: Key): Promise<void> {
  if (!ctx.lister(core.Endpoints).get(key)) return;
  try {
    await ctx.client.resource(core.Endpoints).delete(key);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

async function reconcile(ctx: ControllerContext, key: Key, times: TriggerTimes): Promise<void> {
  const service = ctx.lister(core.Service).get(key);
  if (!service) {
    times.forget(keyText(key));
    return deleteEndpoints(ctx, key);
  }
  if (service.spec.type === 'ExternalName' || !hasSelector(service)) return;
  const pods = podsOf(ctx, service);
  const time = times.next(service, pods);
  const { subsets, isTruncated } = truncated(subsetsOf(service, pods));
  const current = ctx.lister(core.Endpoints).get(key);
  const { [OVER_CAPACITY]: _, ...annotations } = current?.metadata.annotations ?? {};
  const wanted = { labels: labelsFor(service), annotations: { ...annotations, ...(isTruncated && { [OVER_CAPACITY]: 'truncated' }) } };
  if (current && semanticEqual(current.subsets, subsets) && semanticEqual(current.metadata.labels, wanted.labels) && semanticEqual(current.metadata.annotations, wanted.annotations)) return;
  const endpoints = ctx.client.resource(core.Endpoints);
  try {
    const told = { ...wanted, annotations: withTriggerTime(wanted.annotations, time) };
    if (current) await endpoints.update({ ...current, metadata: { ...current.metadata, ...told }, subsets });
    else await endpoints.create({ metadata: { ...key, ...told }, subsets });
  } catch (error) {
    if (isNamespaceTerminating(error)) return;
    const [reason, what] = current ? ['FailedToUpdateEndpoint', 'Failed to update endpoint'] : ['FailedToCreateEndpoint', 'Failed to create endpoint for service'];
    ctx.recorder.event(current ?? { apiVersion: 'v1', kind: 'Endpoints', metadata: { ...service.metadata } }, 'Warning', reason, `${what} ${keyText(key)}: ${messageOf(error)}`);
    throw error;
  }
}

/** Behaves like upstream pkg/controller/endpoint. */
export default defineController({
  name: 'endpoints-controller',
  component: 'endpoint-controller',
  for: core.Service,
  watches: [watchPods, watch(core.Endpoints, ({ metadata }, ctx, { gone }) => (gone || metadata.labels?.[MANAGED_BY] !== undefined ? (ctx.lister(core.Service).get(metadata) ? [{ namespace: metadata.namespace, name: metadata.name }] : []) : []))],
  reads: [core.Pod, core.Endpoints],
  setup: () => new TriggerTimes(),
  reconcile,
});
