import type { Key } from '../apimachinery/meta.ts';
import * as networking from '../apimachinery/types/networking.gen.ts';
import type { DeepReadonly } from '../apimachinery/types/type.ts';
import ipaddr from 'ipaddr.js';
import { rfc3339 } from '../component-base/clock.ts';
import { defineController, watch, type ControllerContext, type Result } from './framework/definition.ts';

type ServiceCIDR = DeepReadonly<networking.ServiceCIDR>;

const FINALIZER = 'networking.k8s.io/service-cidr-finalizer';
/** So that every API server has seen a deletion before the range is let go. */
const GRACE_MS = 10_000;

export function contains(cidr: string, address: string): boolean {
  const [range, bits] = ipaddr.parseCIDR(cidr);
  const ip = ipaddr.parse(address);
  return ip.kind() === range.kind() && ip.match(range, bits);
}

/** Whether no address would be left without a range if this one went. */
export function mayGo(cidr: ServiceCIDR, others: readonly ServiceCIDR[], addresses: readonly string[]): boolean {
  const rest = others.filter((o) => o.metadata.name !== cidr.metadata.name && o.metadata.deletionTimestamp === undefined).flatMap((o) => o.spec.cidrs ?? []);
  const held = addresses.filter((address) => (cidr.spec.cidrs ?? []).some((range) => contains(range, address)));
  return held.every((address) => rest.some((range) => contains(range, address)));
}

async function setReady(ctx: ControllerContext, cidr: ServiceCIDR, status: string, reason: string, message: string): Promise<void> {
  const before = cidr.status?.conditions ?? [];
  const old = before.find((c) => c.type === 'Ready');
  if (old?.status === status && old.reason === reason) return;
  const fresh = { type: 'Ready', status, reason, message, lastTransitionTime: rfc3339(ctx.now()) };
  const conditions = old ? before.map((c) => (c === old ? fresh : c)) : [...before, fresh];
  await ctx.client.resource(networking.ServiceCIDR).subresource<networking.ServiceCIDR>('status').update({ namespace: '', name: cidr.metadata.name }, { ...cidr, status: { ...cidr.status, conditions } });
}

async function reconcile(ctx: ControllerContext, key: Key): Promise<Result | void> {
  const cidr = ctx.lister(networking.ServiceCIDR).get(key);
  if (!cidr) return;
  const cidrs = ctx.client.resource(networking.ServiceCIDR);
  const finalizers = cidr.metadata.finalizers ?? [];
  if (cidr.metadata.deletionTimestamp === undefined) {
    if (!finalizers.includes(FINALIZER)) await cidrs.update({ ...cidr, metadata: { ...cidr.metadata, finalizers: [...finalizers, FINALIZER] } });
    else await setReady(ctx, cidr, 'True', '', 'Kubernetes Service CIDR is ready');
    return;
  }
  if (!finalizers.includes(FINALIZER)) return;
  const addresses = ctx.lister(networking.IPAddress).list().map((ip) => ip.metadata.name);
  if (!mayGo(cidr, ctx.lister(networking.ServiceCIDR).list(), addresses)) return setReady(ctx, cidr, 'False', 'Terminating', 'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR');
  const left = Date.parse(cidr.metadata.deletionTimestamp) + GRACE_MS - ctx.now();
  if (left > 0) return { requeueAfter: left };
  await cidrs.update({ ...cidr, metadata: { ...cidr.metadata, finalizers: finalizers.filter((name) => name !== FINALIZER) } });
}

/** Behaves like upstream pkg/controller/servicecidrs. */
export default defineController({
  name: 'service-cidr-controller',
  for: networking.ServiceCIDR,
  watches: [
    watch(networking.IPAddress, (ip, ctx, { gone }) =>
      gone ? ctx.lister(networking.ServiceCIDR).list().filter((cidr) => (cidr.spec.cidrs ?? []).some((range) => contains(range, ip.metadata.name))).map(({ metadata: { name } }) => ({ namespace: '', name })) : [],
    ),
  ],
  reconcile,
});
