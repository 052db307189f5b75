/** A service's addresses and node ports, taken before the write and given back when it fails. Behaves like upstream pkg/registry/core/service/storage. */
import { isNotFound } from '../../../apimachinery/errors.ts';
import * as core from '../../../apimachinery/types/core.gen.ts';
import type { RequestContext } from '../../generic/context.ts';
import { claimAddresses, releaseAddresses } from './cluster-ips.ts';
import { initFamilies, isUnchangedPreferDualStack } from './families.ts';
import { keepAllocated, needsClusterIP, normalizeClusterIPs } from './fields.ts';
import { allocateNodePorts } from './node-ports.ts';
import { primaryFamily, serviceRanges, type Family } from './ranges.ts';

interface Addresses {
  readonly taken: readonly string[];
  /** Given back once the change is written. */
  readonly obsolete: readonly string[];
}

const NOTHING: Addresses = { taken: [], obsolete: [] };
const isHeadless = ({ clusterIPs }: core.ServiceSpec): boolean => clusterIPs?.[0] === 'None';

export async function beginService(
  _op: 'create' | 'update',
  svc: core.Service,
  old: core.Service | undefined,
  ctx: RequestContext,
): Promise<{ commit(): Promise<void>; revert(): Promise<void> }> {
  if (old) keepAllocated(svc.spec, old.spec);
  normalizeClusterIPs(svc.spec, old?.spec);
  initFamilies(svc, old, { primary: primaryFamily(ctx), configured: new Set(serviceRanges(ctx).keys()) });
  const addresses = old ? await updateAddresses(svc, old, ctx) : await takeAddresses(svc, ctx);
  let endPorts: () => void;
  try {
    endPorts = allocateNodePorts(svc, old, ctx);
  } catch (error) {
    await releaseAddresses(addresses.taken, ctx);
    throw error;
  }
  return {
    async commit() {
      endPorts();
      await releaseAddresses(addresses.obsolete, ctx);
    },
    async revert() {
      endPorts();
      await releaseAddresses(addresses.taken, ctx);
    },
  };
}

async function takeAddresses(svc: core.Service, ctx: RequestContext): Promise<Addresses> {
  const { spec } = svc;
  if (!needsClusterIP(spec) || isHeadless(spec)) return NOTHING;
  const ips = (spec.clusterIPs ??= []);
  const families = (spec.ipFamilies ?? []) as Family[];
  const wanted = new Map(families.map((family, i) => [family, ips[i] ?? '']));
  const taken = await claimAddresses(wanted, svc, ctx);
  for (const [i, family] of families.entries()) ips[i] = taken.get(family) ?? ips[i] ?? '';
  if (ips[0] !== undefined) spec.clusterIP = ips[0];
  return { taken: [...taken.values()], obsolete: [] };
}

async function updateAddresses(svc: core.Service, old: core.Service, ctx: RequestContext): Promise<Addresses> {
  if (isUnchangedPreferDualStack(svc.spec, old.spec)) return NOTHING;
  if (!needsClusterIP(old.spec) && needsClusterIP(svc.spec)) return takeAddresses(svc, ctx);
  if (isHeadless(old.spec)) return NOTHING;
  if (needsClusterIP(old.spec) && !needsClusterIP(svc.spec)) return { taken: [], obsolete: old.spec.clusterIPs ?? [] };
  return changeFamilies(svc, old, ctx);
}

async function changeFamilies(svc: core.Service, old: core.Service, ctx: RequestContext): Promise<Addresses> {
  const before = (old.spec.ipFamilies ?? []).length;
  const after = svc.spec.ipFamilies ?? [];
  if (before === 2 && after.length === 1) return { taken: [], obsolete: (old.spec.clusterIPs ?? []).slice(1) };
  if (before !== 1 || after.length !== 2) return NOTHING;
  const second = after[1] as Family;
  const ips = [...(svc.spec.clusterIPs ?? [])];
  const taken = await claimAddresses(new Map([[second, ips[1] ?? '']]), svc, ctx);
  ips[1] = taken.get(second) ?? '';
  svc.spec.clusterIPs = ips;
  return { taken: [...taken.values()], obsolete: [] };
}

/** Its Endpoints go with it, and its addresses are free again. */
export async function afterServiceDelete(svc: core.Service, ctx: RequestContext): Promise<void> {
  try {
    await ctx.stores.of(core.Endpoints).delete({ namespace: svc.metadata.namespace ?? '', name: svc.metadata.name });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  if (needsClusterIP(svc.spec) && !isHeadless(svc.spec)) await releaseAddresses(svc.spec.clusterIPs ?? [], ctx);
}
