/** Takes cluster addresses for services: one IPAddress object for each. Behaves like upstream pkg/registry/core/service/ipallocator. */
import { isAlreadyExists, isNotFound, newInternalError, newInvalid } from '../../../apimachinery/errors.ts';
import type { Service } from '../../../apimachinery/types/core.gen.ts';
import * as networking from '../../../apimachinery/types/networking.gen.ts';
import { invalid, Path } from '../../../apimachinery/validation/field.ts';
import type { RequestContext } from '../../generic/context.ts';
import { cidrText, contains, ipText, parseIP, rangeOf, type CIDR } from '../validation/ip.ts';
import { serviceRanges, type Family } from './ranges.ts';

const MANAGED_BY = 'ipallocator.k8s.io';

function addressObject(ip: string, family: Family, svc: Service): networking.IPAddress {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IPAddress',
    metadata: {
      name: ip,
      labels: { 'ipaddress.kubernetes.io/ip-family': family, 'ipaddress.kubernetes.io/managed-by': MANAGED_BY },
    } as unknown as networking.IPAddress['metadata'],
    spec: { parentRef: { resource: 'services', namespace: svc.metadata.namespace ?? '', name: svc.metadata.name } },
  };
}

/** False: somebody has it. A dry run only looks. */
async function claim(ip: string, family: Family, svc: Service, ctx: RequestContext): Promise<boolean> {
  const addresses = ctx.stores.of(networking.IPAddress);
  if (ctx.dryRun) return (await addresses.get({ namespace: '', name: ip })) === undefined;
  try {
    await addresses.create(addressObject(ip, family, svc));
    return true;
  } catch (error) {
    if (isAlreadyExists(error)) return false;
    throw error;
  }
}

/** The usable addresses: without the network's own and IPv4's broadcast. */
function usable(cidr: CIDR): { first: bigint; count: bigint } {
  const { first, size } = rangeOf(cidr);
  if (size <= 2n) return { first, count: size };
  return { first: first + 1n, count: size - (cidr.ip.family === 4 ? 2n : 1n) };
}

function isUsable(cidr: CIDR, value: bigint): boolean {
  const { first, count } = usable(cidr);
  return value >= first && value < first + count;
}

const TRIES = 64;

/** A free address: chosen at random from the upper part of a range, the lower being for those who choose. A dry run shows the network's own. */
async function claimNext(family: Family, svc: Service, ctx: RequestContext): Promise<string> {
  const [first] = serviceRanges(ctx).get(family) ?? [];
  if (ctx.dryRun && first) return ipText({ family: first.ip.family, value: rangeOf(first).first });
  for (const cidr of serviceRanges(ctx).get(family) ?? []) {
    const { first, count } = usable(cidr);
    const total = Number(count > 1n << 40n ? 1n << 40n : count);
    const offset = Math.min(total, Math.min(Math.max(16, Math.floor(total / 16)), 256));
    const tryAt = async (index: number): Promise<string | undefined> => {
      const ip = ipText({ family: cidr.ip.family, value: first + BigInt(index) });
      return (await claim(ip, family, svc, ctx)) ? ip : undefined;
    };
    const upper = total - offset;
    for (let i = 0; i < TRIES && upper > 0; i++) {
      const ip = await tryAt(offset + ctx.rand.int(upper));
      if (ip !== undefined) return ip;
    }
    for (let i = 0; i < Math.min(total, 65536); i++) {
      const ip = await tryAt((offset + i) % total);
      if (ip !== undefined) return ip;
    }
  }
  throw newInternalError('failed to allocate a serviceIP: range is full');
}

async function claimGiven(ip: string, family: Family, svc: Service, ctx: RequestContext): Promise<string | undefined> {
  const parsed = parseIP(ip);
  if (!parsed) throw newInternalError(`failed to parse service IP ${JSON.stringify(ip)}`);
  const ranges = serviceRanges(ctx).get(family) ?? [];
  const within = ranges.find((c) => contains(c, parsed));
  const isIn = within !== undefined && isUsable(within, parsed.value);
  // A dry run asks one range, and not whether the address is free.
  if (ctx.dryRun) return isIn ? undefined : `the provided IP (${ip}) is not in the valid range. The range of valid IPs is ${ranges[0] ? cidrText(ranges[0]) : ''}`;
  if (!isIn) return 'the provided network does not match the current range';
  return (await claim(ipText(parsed), family, svc, ctx)) ? undefined : 'provided IP is already allocated';
}

/** Takes an address of each family; '' lets the server choose. What was taken is given back when one cannot be had. */
export async function claimAddresses(wanted: ReadonlyMap<Family, string>, svc: Service, ctx: RequestContext): Promise<Map<Family, string>> {
  const taken = new Map<Family, string>();
  try {
    for (const [family, ip] of wanted) {
      if (ip === '') {
        taken.set(family, await claimNext(family, svc, ctx));
        continue;
      }
      const problem = await claimGiven(ip, family, svc, ctx);
      if (problem)
        throw newInvalid('', 'Service', svc.metadata.name ?? '', [
          invalid(Path.of('spec', 'clusterIPs'), svc.spec.clusterIPs, `failed to allocate IP ${ip}: ${problem}`),
        ]);
      taken.set(family, ip);
    }
    return taken;
  } catch (error) {
    await releaseAddresses([...taken.values()], ctx);
    throw error;
  }
}

export async function releaseAddresses(ips: readonly string[], ctx: RequestContext): Promise<void> {
  if (ctx.dryRun) return;
  for (const text of ips) {
    const ip = parseIP(text);
    if (!ip) continue;
    try {
      await ctx.stores.of(networking.IPAddress).delete({ namespace: '', name: ipText(ip) });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
