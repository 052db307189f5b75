import { describe, expect, it } from '@jest/globals';
import type { Pod } from '../pods/conditions.ts';
import { mirror, type Endpoints } from './mirror.ts';
import type { Service } from './service-pods.ts';
import { reconcileSlices, type Slice } from './slices.ts';
import { subsetsOf, truncated } from './subsets.ts';

const service = (spec: object = {}): Service => ({ metadata: { name: 'web', namespace: 'a', uid: 'svc' }, spec: { clusterIP: '10.96.0.9', ipFamilies: ['IPv4'], selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }], ...spec } }) as unknown as Service;
const pod = (i: number, more: { ready?: boolean; gone?: boolean; ports?: object[] } = {}): Pod =>
  ({
    metadata: { name: `p${i}`, namespace: 'a', uid: `u${i}`, ...(more.gone && { deletionTimestamp: 'now' }) },
    spec: { nodeName: 'n', containers: [{ name: 'c', ports: more.ports ?? [] }] },
    status: { phase: 'Running', podIP: `10.0.0.${i}`, podIPs: [{ ip: `10.0.0.${i}` }], conditions: [{ type: 'Ready', status: more.ready === false ? 'False' : 'True' }] },
  }) as unknown as Pod;
const plan = (s: Service, pods: readonly Pod[], existing: readonly Slice[] = [], max = 100) => reconcileSlices(s, pods, () => undefined, existing, max);
let names = 0;
/** The slices as they stand after the changes. */
function applied(s: Service, pods: readonly Pod[], existing: readonly Slice[] = [], max = 100): Slice[] {
  const { create, update, remove } = plan(s, pods, existing, max);
  const gone = new Set([...update, ...remove].map((x) => x.metadata.name));
  const created = create.map((draft) => ({ ...draft, metadata: { ...draft.metadata, name: `web-${names++}` } }) as unknown as Slice);
  return [...existing.filter((x) => !gone.has(x.metadata.name)), ...update, ...created];
}
const addresses = (slices: readonly Slice[]): string[][] => slices.map((x) => (x.endpoints ?? []).map((e) => e.addresses?.[0] ?? ''));

describe('reconcileSlices', () => {
  it('makes one empty slice for a service without pods, and fills it later', () => {
    const empty = applied(service(), []);
    expect(empty.map((x) => [x.endpoints, x.ports])).toEqual([[null, null]]);
    expect(plan(service(), [], empty)).toEqual({ create: [], update: [], remove: [] });
    const filled = applied(service(), [pod(1)], empty);
    expect(filled).toHaveLength(1);
    expect(filled[0]?.metadata.name).toBe(empty[0]?.metadata.name);
    expect(filled[0]?.ports).toEqual([{ name: '', port: 8080, protocol: 'TCP' }]);
  });

  it('changes nothing when nothing changed', () => {
    const slices = applied(service(), [pod(1), pod(2)]);
    expect(plan(service(), [pod(2), pod(1)], slices)).toEqual({ create: [], update: [], remove: [] });
  });

  it('cuts into slices of the size, and adds where there is room', () => {
    const slices = applied(service(), [1, 2, 3, 4, 5].map((i) => pod(i)), [], 2);
    expect(addresses(slices).map((a) => a.length)).toEqual([2, 2, 1]);
    const { create, update } = plan(service(), [1, 2, 3, 4, 5, 6].map((i) => pod(i)), slices, 2);
    expect([create.length, update.length]).toEqual([0, 1]);
  });

  it('tells serving from ready, and keeps terminating pods', () => {
    const [slice] = applied(service(), [pod(1, { gone: true }), pod(2, { ready: false })]);
    expect(slice?.endpoints?.map((e) => e.conditions)).toEqual([
      { ready: false, serving: true, terminating: true },
      { ready: false, serving: false, terminating: false },
    ]);
  });

  it('groups pods by the numbers of their named ports', () => {
    const named = service({ ports: [{ port: 80, targetPort: 'http', protocol: 'TCP' }] });
    const port = (containerPort: number) => [{ name: 'http', containerPort, protocol: 'TCP' }];
    const slices = applied(named, [pod(1, { ports: port(8080) }), pod(2, { ports: port(9090) })]);
    expect(slices.map((x) => String(x.ports?.[0]?.port)).sort()).toEqual(['8080', '9090']);
  });

  it('deletes slices of an address family that the service lost', () => {
    const dual = applied(service({ ipFamilies: ['IPv4', 'IPv6'] }), [pod(1)]);
    expect(plan(service(), [pod(1)], dual).remove.map((x) => x.addressType)).toEqual(['IPv6']);
  });
});

describe('subsetsOf', () => {
  it('puts ready and other addresses apart, sorted', () => {
    expect(subsetsOf(service(), [pod(3), pod(1), pod(2, { ready: false })])).toMatchObject([{ addresses: [{ ip: '10.0.0.1' }, { ip: '10.0.0.3' }], notReadyAddresses: [{ ip: '10.0.0.2' }], ports: [{ port: 8080, protocol: 'TCP' }] }]);
  });

  it('leaves terminating pods out', () => {
    expect(subsetsOf(service(), [pod(1, { gone: true })])).toEqual([]);
  });

  it('cuts at a thousand addresses, ready ones first', () => {
    const subset = { addresses: Array.from({ length: 900 }, (_, i) => ({ ip: `a${i}` })), notReadyAddresses: Array.from({ length: 300 }, (_, i) => ({ ip: `b${i}` })) };
    const cut = truncated([subset as never]);
    expect(cut.isTruncated).toBe(true);
    expect([cut.subsets[0]?.addresses?.length, cut.subsets[0]?.notReadyAddresses?.length]).toEqual([900, 100]);
  });
});

describe('mirror', () => {
  const endpoints = (subsets: object[], labels = {}): Endpoints => ({ metadata: { name: 'ext', namespace: 'a', uid: 'e', labels }, subsets }) as unknown as Endpoints;
  it('mirrors addresses with their readiness and the object\'s labels', () => {
    const { create } = mirror(endpoints([{ addresses: [{ ip: '192.0.2.1' }], notReadyAddresses: [{ ip: '192.0.2.3' }], ports: [{ port: 80 }] }], { a: 'b' }), []);
    expect(create).toMatchObject([{ addressType: 'IPv4', ports: [{ name: '', port: 80, protocol: 'TCP' }], endpoints: [{ addresses: ['192.0.2.1'], conditions: { ready: true } }, { addresses: ['192.0.2.3'], conditions: { ready: false } }] }]);
    expect(create[0]?.metadata?.labels).toMatchObject({ a: 'b', 'kubernetes.io/service-name': 'ext' });
  });

  it('changes the slice that is there, and nothing when it is right', () => {
    const before = mirror(endpoints([{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }]), []).create[0];
    const existing = { ...before, metadata: { ...before?.metadata, name: 'ext-x' } } as unknown as Slice;
    expect(mirror(endpoints([{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }]), [existing])).toEqual({ create: [], update: [], remove: [] });
    const changed = mirror(endpoints([{ addresses: [{ ip: '192.0.2.2' }], ports: [{ port: 81 }] }]), [existing]);
    expect(changed.update.map((s) => s.metadata?.name)).toEqual(['ext-x']);
    expect(changed.create).toEqual([]);
  });
});
