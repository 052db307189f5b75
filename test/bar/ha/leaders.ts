/** Who led and who acted, from what the servers' audit logs say of the components within them. */
import { readFileSync } from 'node:fs';
import type { AuditEvent } from '../../../api/audit/interface.ts';
import { JUMP_MS } from './skewed.ts';

export const LEASES = ['kube-controller-manager', 'kube-scheduler'] as const;
export type Lease = (typeof LEASES)[number];

/** A write that a server accepted, in the machine's time (ms). */
export interface Write {
  readonly server: number;
  readonly begun: number;
  readonly ended: number;
  readonly what: string;
}

/** Of one component, on all servers, each in order of its end. */
export interface Acts {
  /** Writes that gave the lease or kept it. */
  readonly leases: Write[];
  /** What a leader alone writes. */
  readonly writes: Write[];
}

const WRITES = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);
const MINUTES_30 = 1_800_000;

/** Whose work it is; undefined: nobody's who must lead. */
function leaseOf(username: string): Lease | undefined {
  if (username === 'system:kube-scheduler') return 'kube-scheduler';
  if (username === 'system:kube-controller-manager' || username === 'system:simulated-nodes' || /^system:serviceaccount:kube-system:[a-z-]+$/.test(username)) return 'kube-controller-manager';
  return undefined;
}

/** `skew`: by how much the server's clock is ahead; it may have jumped by hours besides. */
function machineTime(time: string, skew: number, startedAt: number): number {
  let at = Date.parse(time) - skew;
  while (at > startedAt + MINUTES_30) at -= JUMP_MS;
  return at;
}

function isAccepted({ stage, verb, responseStatus }: AuditEvent): boolean {
  return stage === 'ResponseComplete' && WRITES.has(verb) && (responseStatus?.code ?? 500) < 300;
}

/** A request that creates names its object in the body alone. */
function isLease({ user, verb, objectRef }: AuditEvent, lease: Lease): boolean {
  if (objectRef?.['resource'] !== 'leases' || objectRef['namespace'] !== 'kube-system' || user.username !== `system:${lease}`) return false;
  return verb === 'create' || objectRef['name'] === lease;
}

export interface AuditedServer {
  readonly server: number;
  readonly log: string;
  readonly skewMs: number;
}

function* eventsOf(log: string): Generator<AuditEvent> {
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    // What was being written when the process was killed is cut short.
    if (line.includes('"ResponseComplete"') && line.includes('"system:') && line.endsWith('}')) yield JSON.parse(line) as AuditEvent;
  }
}

/** `startedAt`: machine's time (ms) at which the first server was started. */
export function actsOf(servers: readonly AuditedServer[], startedAt: number): ReadonlyMap<Lease, Acts> {
  const acts = new Map<Lease, Acts>(LEASES.map((lease) => [lease, { leases: [], writes: [] }]));
  for (const { server, log, skewMs } of servers) {
    for (const event of eventsOf(log)) {
      const lease = leaseOf(event.user.username ?? '');
      if (lease === undefined || !isAccepted(event)) continue;
      const { resource, namespace = '', name = '' } = event.objectRef ?? {};
      const time = (at: string): number => machineTime(at, skewMs, startedAt);
      const write: Write = { server, begun: time(event.requestReceivedTimestamp), ended: time(event.stageTimestamp), what: `${event.user.username} ${event.verb} ${resource} ${namespace}/${name}` };
      const { leases, writes } = acts.get(lease) as Acts;
      (isLease(event, lease) ? leases : writes).push(write);
    }
  }
  for (const { writes } of acts.values()) writes.sort((a, b) => a.ended - b.ended);
  return acts;
}

export interface Judged {
  /** Writes that were begun while another server held the lease. */
  readonly usurped: readonly Write[];
  /** Writes that were begun in time and ended after another server had taken the lease: in a process that was frozen meanwhile. */
  readonly late: readonly Write[];
  /** How many writes of leaders each server accepted. */
  readonly byServer: ReadonlyMap<number, number>;
  readonly terms: number;
  /** The longest time without a leader's write, in ms. */
  readonly longestRest: number;
  /** The longest time from a server's last write of the lease to its taking by another, in ms. */
  readonly longestVacancy: number;
}

/** Who held the lease at a time: who wrote it last. */
function holderAt(leases: readonly Write[], at: number): number | undefined {
  return leases.findLast((lease) => lease.ended <= at)?.server;
}

const isTaking = (lease: Write, before: Write | undefined): boolean => lease.server !== before?.server;

/**
 * A write of a lease names the version that its writer has read, so accepted ones replaced each other in the order in which they were begun, whenever they were answered: a release may be answered
 * after the next leader has taken the lease.
 */
const inOrder = (leases: readonly Write[]): Write[] => leases.toSorted((a, b) => a.begun - b.begun);

export function judge({ leases: written, writes }: Acts): Judged {
  const leases = inOrder(written);
  const byServer = new Map<number, number>();
  for (const { server } of writes) byServer.set(server, (byServer.get(server) ?? 0) + 1);
  const usurped = writes.filter((write) => holderAt(leases, write.begun) !== write.server);
  return {
    usurped,
    late: writes.filter((write) => !usurped.includes(write) && holderAt(leases, write.ended) !== write.server),
    byServer,
    terms: leases.filter((lease, i) => isTaking(lease, leases[i - 1])).length,
    longestRest: Math.max(0, ...writes.slice(1).map((write, i) => write.ended - (writes[i] as Write).ended)),
    longestVacancy: Math.max(0, ...leases.slice(1).map((lease, i) => (isTaking(lease, leases[i]) ? lease.ended - (leases[i] as Write).ended : 0))),
  };
}
