/** The ranges from which services get addresses and node ports. Behaves like upstream pkg/registry/core/service/ipallocator/cidrallocator.go. */
import * as networking from '../../../apimachinery/types/networking.gen.ts';
import type { RequestContext } from '../../generic/context.ts';
import { parseCIDR, type CIDR } from '../validation/ip.ts';

export type Family = 'IPv4' | 'IPv6';

const parse = (texts: readonly string[] | undefined): CIDR[] => (texts ?? []).map(parseCIDR).filter((c) => c !== undefined);
const familyOfRange = (cidr: CIDR): Family => (cidr.ip.family === 4 ? 'IPv4' : 'IPv6');

/** Those in use: of ServiceCIDR objects that are ready and not on their way out, else those of the flag. */
export function serviceRanges(ctx: RequestContext): ReadonlyMap<Family, readonly CIDR[]> {
  const objects = ctx.stores.cached(networking.ServiceCIDR).list();
  const usable = objects.filter(
    (o) => !o.metadata.deletionTimestamp && !(o.status?.conditions ?? []).some((c) => c.type === 'Ready' && c.status === 'False'),
  );
  const configured = parse(ctx.network?.serviceCIDRs);
  const all = usable.length > 0 ? usable.flatMap((o) => parse(o.spec.cidrs)) : configured;
  const byFamily = new Map<Family, CIDR[]>();
  for (const cidr of [...configured.slice(0, 1).filter((c) => all.some((a) => a.ip.family === c.ip.family)), ...all]) {
    const list = byFamily.get(familyOfRange(cidr)) ?? [];
    if (!list.some((c) => c.ip.value === cidr.ip.value && c.prefix === cidr.prefix)) list.push(cidr);
    byFamily.set(familyOfRange(cidr), list);
  }
  return byFamily;
}

/** The family of the first range configured; of the 'kubernetes' object without configuration. */
export function primaryFamily(ctx: RequestContext): Family {
  const configured = parse(ctx.network?.serviceCIDRs)[0];
  if (configured) return familyOfRange(configured);
  const own = ctx.stores.cached(networking.ServiceCIDR).get({ namespace: '', name: 'kubernetes' });
  const first = parse(own?.spec.cidrs)[0];
  return first ? familyOfRange(first) : 'IPv4';
}

export function nodePortRange(ctx: RequestContext): { first: number; last: number } {
  return ctx.network?.nodePorts ?? { first: 30000, last: 32767 };
}
