/**
 * The nftables ruleset of a node as text, for `nft -f -`: one table a family, replaced in one transaction. Pure.
 * Two maps lead from address and port to a chain a service port; that picks an endpoint's chain at random; that rewrites the destination. What must come back through this
 * node is marked and masqueraded. Behaves like upstream pkg/proxy/nftables.
 */
import type { Endpoint, Family, ServicePort } from '../../config/service-port.ts';

export interface RulesetOptions {
  readonly family: Family;
  /** Pods' addresses: traffic to a cluster IP from elsewhere is masqueraded. '' : none is. */
  readonly clusterCIDR: string;
}

export const TABLE = 'kube-proxy';
const MASQUERADE_MARK = '0x4000';

interface Words {
  readonly ip: 'ip' | 'ip6';
  readonly addr: 'ipv4_addr' | 'ipv6_addr';
}
const wordsOf = (family: Family): Words => (family === 'IPv4' ? { ip: 'ip', addr: 'ipv4_addr' } : { ip: 'ip6', addr: 'ipv6_addr' });

/** A chain name that nft takes, readable and unique: the service port's name with other characters replaced, and a hash. */
export function chainName(prefix: string, text: string): string {
  let hash = 5381;
  for (const c of text) hash = ((hash * 33) ^ (c.codePointAt(0) ?? 0)) >>> 0;
  return `${prefix}-${hash.toString(36)}-${text.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 60)}`;
}

const serviceChain = (p: ServicePort): string => chainName('service', `${p.name}/${p.protocol.toLowerCase()}`);
const externalChain = (p: ServicePort): string => chainName('external', `${p.name}/${p.protocol.toLowerCase()}`);
const endpointChain = (p: ServicePort, e: Endpoint): string => chainName('endpoint', `${p.name}/${p.protocol.toLowerCase()}/${e.ip}/${e.port}`);
const affinitySet = (p: ServicePort, e: Endpoint): string => chainName('affinity', `${p.name}/${p.protocol.toLowerCase()}/${e.ip}/${e.port}`);

const chain = (name: string, lines: readonly string[]): string => `  chain ${name} {\n${lines.map((l) => `    ${l}\n`).join('')}  }`;

/** Sends a connection to one of the endpoints: the one that the client has, else any. */
function pick(p: ServicePort, endpoints: readonly Endpoint[], w: Words): string[] {
  const sticky = p.affinitySeconds > 0 ? endpoints.map((e) => `${w.ip} saddr @${affinitySet(p, e)} goto ${endpointChain(p, e)}`) : [];
  const choices = endpoints.map((e, i) => `${i} : goto ${endpointChain(p, e)}`).join(', ');
  return [...sticky, `numgen random mod ${endpoints.length} vmap { ${choices} }`];
}

function endpointChains(p: ServicePort, w: Words): string[] {
  const all = new Map([...p.clusterEndpoints, ...p.externalEndpoints].map((e) => [endpointChain(p, e), e]));
  return [...all].flatMap(([name, e]) => {
    const target = w.ip === 'ip6' ? `[${e.ip}]:${e.port}` : `${e.ip}:${e.port}`;
    const sticky = p.affinitySeconds > 0 ? [`update @${affinitySet(p, e)} { ${w.ip} saddr }`] : [];
    const set = p.affinitySeconds > 0 ? [`  set ${affinitySet(p, e)} { type ${w.addr}; flags dynamic,timeout; timeout ${p.affinitySeconds}s; }`] : [];
    return [...set, chain(name, [`${w.ip} saddr ${e.ip} jump mark-for-masquerade`, ...sticky, `meta l4proto ${p.protocol.toLowerCase()} dnat to ${target}`])];
  });
}

function serviceChains(p: ServicePort, w: Words, options: RulesetOptions): string[] {
  const out: string[] = [];
  if (p.clusterEndpoints.length > 0) {
    const outside = options.clusterCIDR === '' ? [] : [`${w.ip} daddr ${p.clusterIP} ${w.ip} saddr != ${options.clusterCIDR} jump mark-for-masquerade`];
    out.push(chain(serviceChain(p), [...outside, ...pick(p, p.clusterEndpoints, w)]));
  }
  if (isExternal(p) && p.externalEndpoints.length > 0) {
    const sources = p.sourceRanges.length > 0 && p.loadBalancerIPs.length > 0 ? [`${w.ip} daddr { ${p.loadBalancerIPs.join(', ')} } ${w.ip} saddr != { ${p.sourceRanges.join(', ')} } drop`] : [];
    out.push(chain(externalChain(p), [...sources, ...(p.externalLocal ? [] : ['jump mark-for-masquerade']), ...pick(p, p.externalEndpoints, w)]));
  }
  return out;
}

const isExternal = (p: ServicePort): boolean => p.nodePort > 0 || p.externalIPs.length > 0 || p.loadBalancerIPs.length > 0;

/** Map elements of all ports: addresses and node ports with a place to go, and those without an endpoint. */
function elements(ports: readonly ServicePort[]): Record<'ips' | 'nodePorts' | 'deadIps' | 'deadNodePorts', string[]> {
  const out = { ips: [] as string[], nodePorts: [] as string[], deadIps: [] as string[], deadNodePorts: [] as string[] };
  const dead = (p: ServicePort): string => (p.hasEndpoints ? 'drop' : 'goto reject-chain');
  for (const p of ports) {
    const proto = p.protocol.toLowerCase();
    const to = (ip: string): string => `${ip} . ${proto} . ${p.port}`;
    if (p.clusterEndpoints.length > 0) out.ips.push(`${to(p.clusterIP)} : goto ${serviceChain(p)}`);
    else out.deadIps.push(`${to(p.clusterIP)} : ${dead(p)}`);
    const external = [...p.externalIPs, ...p.loadBalancerIPs];
    if (p.externalEndpoints.length > 0) out.ips.push(...external.map((ip) => `${to(ip)} : goto ${externalChain(p)}`));
    else out.deadIps.push(...external.map((ip) => `${to(ip)} : ${dead(p)}`));
    if (p.nodePort === 0) continue;
    if (p.externalEndpoints.length > 0) out.nodePorts.push(`${proto} . ${p.nodePort} : goto ${externalChain(p)}`);
    else out.deadNodePorts.push(`${proto} . ${p.nodePort} : ${dead(p)}`);
  }
  return out;
}

function map(name: string, type: string, items: readonly string[]): string {
  const body = items.length === 0 ? '' : `\n    elements = {\n${items.map((i) => `      ${i}`).join(',\n')}\n    }`;
  return `  map ${name} {\n    type ${type} : verdict${body}\n  }`;
}

function frame(w: Words): string[] {
  return [
    chain('mark-for-masquerade', [`meta mark set meta mark or ${MASQUERADE_MARK}`]),
    chain('reject-chain', ['reject']),
    chain('services', [`${w.ip} daddr . meta l4proto . th dport vmap @service-ips`, `fib daddr type local ${w.ip} daddr != ${w.ip === 'ip' ? '127.0.0.0/8' : '::1'} meta l4proto . th dport vmap @service-nodeports`]),
    chain('no-endpoints', [`${w.ip} daddr . meta l4proto . th dport vmap @no-endpoint-ips`, `fib daddr type local ${w.ip} daddr != ${w.ip === 'ip' ? '127.0.0.0/8' : '::1'} meta l4proto . th dport vmap @no-endpoint-nodeports`]),
    chain('nat-prerouting', ['type nat hook prerouting priority dstnat; policy accept;', 'jump services']),
    chain('nat-output', ['type nat hook output priority -100; policy accept;', 'jump services']),
    chain('nat-postrouting', ['type nat hook postrouting priority srcnat; policy accept;', `meta mark & ${MASQUERADE_MARK} == 0 return`, `meta mark set meta mark xor ${MASQUERADE_MARK}`, 'masquerade fully-random']),
    chain('filter-input', ['type filter hook input priority -110; policy accept;', 'ct state new jump no-endpoints']),
    chain('filter-forward', ['type filter hook forward priority -110; policy accept;', 'ct state new jump no-endpoints']),
    chain('filter-output', ['type filter hook output priority -110; policy accept;', 'ct state new jump no-endpoints']),
  ];
}

/** The whole script. The first two lines make it replace what is there, whatever that is. */
export function ruleset(ports: readonly ServicePort[], options: RulesetOptions): string {
  const w = wordsOf(options.family);
  const e = elements(ports);
  const parts = ports.flatMap((p) => [...endpointChains(p, w), ...serviceChains(p, w, options)]);
  const ipType = `${w.addr} . inet_proto . inet_service`;
  const [mark = '', reject = '', ...hooks] = frame(w);
  return `table ${w.ip} ${TABLE}
delete table ${w.ip} ${TABLE}
table ${w.ip} ${TABLE} {
${[mark, reject, ...parts, map('service-ips', ipType, e.ips), map('service-nodeports', 'inet_proto . inet_service', e.nodePorts), map('no-endpoint-ips', ipType, e.deadIps), map('no-endpoint-nodeports', 'inet_proto . inet_service', e.deadNodePorts), ...hooks].join('\n')}
}
`;
}

/** The script that removes the table. */
export function emptyRuleset(family: Family): string {
  const { ip } = wordsOf(family);
  return `table ${ip} ${TABLE}\ndelete table ${ip} ${TABLE}\n`;
}
