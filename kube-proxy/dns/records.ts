/** What the cluster's names resolve to: a question and a view of services and endpoints in, records out. Pure. Follows the Kubernetes DNS specification 1.1.0. */
import type { EndpointSlice, Service } from '../config/service-port.ts';

export type RecordType = 'A' | 'AAAA' | 'SRV' | 'PTR' | 'CNAME' | 'TXT' | 'SOA' | 'NS';

export type DnsRecord =
  | { readonly type: 'A' | 'AAAA' | 'CNAME' | 'PTR'; readonly name: string; readonly data: string }
  | { readonly type: 'SRV'; readonly name: string; readonly data: { readonly priority: number; readonly weight: number; readonly port: number; readonly target: string } }
  | { readonly type: 'TXT'; readonly name: string; readonly data: string };

export interface DnsAnswer {
  readonly code: 'NOERROR' | 'NXDOMAIN';
  readonly records: readonly DnsRecord[];
  /** Addresses of the targets named in `records`. */
  readonly additional: readonly DnsRecord[];
}

export interface DnsView {
  service(namespace: string, name: string): Service | undefined;
  slices(namespace: string, service: string): readonly EndpointSlice[];
  services(): readonly Service[];
  hasNamespace(namespace: string): boolean;
}

export interface Question {
  /** Lower case, without a dot at the end. */
  readonly name: string;
  readonly type: string;
}

interface Target {
  readonly ip: string;
  /** The label before the service's name. */
  readonly label: string;
  readonly ports: readonly { readonly name: string; readonly protocol: string; readonly port: number }[];
}

const NOTHING: DnsAnswer = { code: 'NOERROR', records: [], additional: [] };
const MISSING: DnsAnswer = { code: 'NXDOMAIN', records: [], additional: [] };
const typeOf = (ip: string): 'A' | 'AAAA' => (ip.includes(':') ? 'AAAA' : 'A');
const labelOf = (ip: string): string => ip.replace(/[.:]/g, '-');

function slicePorts(slice: EndpointSlice): Target['ports'] {
  return (slice.ports ?? []).flatMap((p) => (p.port === undefined ? [] : [{ name: p.name ?? '', protocol: (p.protocol ?? 'TCP').toLowerCase(), port: p.port }]));
}

/** Addresses behind a headless service: ready ones, or all where it publishes those that are not. */
function headlessTargets(service: Service, slices: readonly EndpointSlice[]): Target[] {
  const all = service.spec.publishNotReadyAddresses === true;
  return slices.flatMap((slice) =>
    (slice.endpoints ?? [])
      .filter((e) => all || (e.conditions.ready ?? true))
      .flatMap((e) => (e.addresses ?? []).map((ip) => ({ ip, label: e.hostname ?? labelOf(ip), ports: slicePorts(slice) }))),
  );
}

function clusterTargets(service: Service): Target[] {
  const ports = (service.spec.ports ?? []).map((p) => ({ name: p.name ?? '', protocol: (p.protocol ?? 'TCP').toLowerCase(), port: p.port }));
  return (service.spec.clusterIPs ?? [service.spec.clusterIP ?? '']).filter((ip) => ip !== '').map((ip) => ({ ip, label: '', ports }));
}

const isHeadless = (s: Service): boolean => s.spec.clusterIP === 'None';

function targetsOf(service: Service, view: DnsView): Target[] {
  return isHeadless(service) ? headlessTargets(service, view.slices(service.metadata.namespace, service.metadata.name)) : clusterTargets(service);
}

function addresses(name: string, targets: readonly Target[], type: string): DnsAnswer {
  if (targets.length === 0) return MISSING;
  const seen = new Set(targets.map((t) => t.ip));
  return { ...NOTHING, records: [...seen].filter((ip) => typeOf(ip) === type).map((ip) => ({ type: typeOf(ip), name, data: ip })) };
}

function srv(name: string, zoneName: string, targets: readonly Target[], wanted?: { port: string; protocol: string }): DnsAnswer {
  const records: DnsRecord[] = [];
  const additional = new Map<string, DnsRecord>();
  for (const t of targets)
    for (const p of t.ports) {
      if (wanted && (p.name !== wanted.port || p.protocol !== wanted.protocol)) continue;
      const target = t.label === '' ? zoneName : `${t.label}.${zoneName}`;
      records.push({ type: 'SRV', name, data: { priority: 0, weight: 100, port: p.port, target } });
      additional.set(`${target} ${t.ip}`, { type: typeOf(t.ip), name: target, data: t.ip });
    }
  return records.length === 0 ? MISSING : { code: 'NOERROR', records, additional: [...additional.values()] };
}

/** `rest`: the labels before `<service>.<namespace>.svc.<domain>`. */
function serviceAnswer(question: Question, service: Service, rest: readonly string[], zoneName: string, view: DnsView): DnsAnswer {
  if (service.spec.type === 'ExternalName') return rest.length > 0 ? MISSING : { ...NOTHING, records: [{ type: 'CNAME', name: question.name, data: service.spec.externalName ?? '' }] };
  const targets = targetsOf(service, view);
  const [first = '', second = ''] = rest;
  if (rest.length === 2 && first.startsWith('_') && second.startsWith('_'))
    return question.type === 'SRV' ? srv(question.name, zoneName, targets, { port: first.slice(1), protocol: second.slice(1) }) : NOTHING;
  if (rest.length === 1 && isHeadless(service)) return addresses(question.name, targets.filter((t) => t.label === first), question.type);
  if (rest.length > 0) return MISSING;
  if (question.type === 'SRV') return srv(question.name, zoneName, targets);
  return addresses(question.name, targets, question.type);
}

function podAnswer(question: Question, labels: readonly string[], view: DnsView): DnsAnswer {
  const [address = '', namespace = ''] = labels;
  if (labels.length !== 2 || !view.hasNamespace(namespace)) return MISSING;
  const ip = /^\d+-\d+-\d+-\d+$/.test(address) ? address.replaceAll('-', '.') : address.replaceAll('-', ':');
  return typeOf(ip) === question.type ? { ...NOTHING, records: [{ type: typeOf(ip), name: question.name, data: ip }] } : NOTHING;
}

function reverseAddress(name: string): string | undefined {
  const v4 = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa$/.exec(name);
  return v4 ? `${v4[4]}.${v4[3]}.${v4[2]}.${v4[1]}` : undefined;
}

function reverse(question: Question, ip: string, domain: string, view: DnsView): DnsAnswer | undefined {
  for (const service of view.services()) {
    const base = `${service.metadata.name}.${service.metadata.namespace}.svc.${domain}`;
    const target = targetsOf(service, view).find((t) => t.ip === ip);
    if (target) return { ...NOTHING, records: [{ type: 'PTR', name: question.name, data: target.label === '' ? base : `${target.label}.${base}` }] };
  }
  return undefined;
}

/** Undefined: the name is not the cluster's; ask further up. */
export function resolve(question: Question, domain: string, view: DnsView): DnsAnswer | undefined {
  const ip = reverseAddress(question.name);
  if (ip !== undefined) return reverse(question, ip, domain, view);
  if (question.name === `dns-version.${domain}`) return { ...NOTHING, records: question.type === 'TXT' ? [{ type: 'TXT', name: question.name, data: '1.1.0' }] : [] };
  if (question.name !== domain && !question.name.endsWith(`.${domain}`)) return undefined;
  const labels = question.name.slice(0, -(domain.length + 1)).split('.');
  const kind = labels.pop();
  if (kind === 'pod') return podAnswer(question, labels, view);
  if (kind !== 'svc' || labels.length < 1) return question.name === domain || kind === 'svc' ? NOTHING : MISSING;
  const namespace = labels.pop() ?? '';
  const name = labels.pop();
  if (name === undefined) return view.hasNamespace(namespace) ? NOTHING : MISSING;
  const service = view.service(namespace, name);
  return service ? serviceAnswer(question, service, labels, `${name}.${namespace}.svc.${domain}`, view) : MISSING;
}
