import { describe, expect, it } from '@jest/globals';
import type { Service, ServicePort } from '../../../apimachinery/types/core.gen.ts';
import type { RequestContext, Stores } from '../../generic/context.ts';
import { allocateNodePorts } from './node-ports.ts';

const service = (uid: string, ports: Partial<ServicePort>[], spec: object = {}): Service =>
  ({ metadata: { name: uid, namespace: 'ns', uid }, spec: { type: 'NodePort', ports, ...spec } }) as unknown as Service;

function contextOf(others: readonly Service[], dryRun = false): RequestContext {
  const stores = { cached: () => ({ list: () => others }) } as unknown as Stores;
  return { stores, dryRun, rand: { int: () => 0 }, network: { serviceCIDRs: [], nodePorts: { first: 30000, last: 30100 } } } as unknown as RequestContext;
}

const taken = (svc: Service): (number | undefined)[] => (svc.spec.ports ?? []).map((p) => p.nodePort);

describe('node ports', () => {
  it('come from the upper part of the range first', () => {
    const svc = service('a', [{ port: 80 }, { port: 81 }]);
    allocateNodePorts(svc, undefined, contextOf([]))();
    expect(taken(svc)).toEqual([30016, 30017]);
  });

  it('are shared by entries of the same port', () => {
    const svc = service('a', [
      { port: 53, protocol: 'TCP', nodePort: 30050 },
      { port: 53, protocol: 'UDP' },
    ]);
    allocateNodePorts(svc, undefined, contextOf([]))();
    expect(taken(svc)).toEqual([30050, 30050]);
  });

  const rows: [string, number, boolean, string | undefined][] = [
    ['outside the range', 80, false, 'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-30100'],
    ['outside the range, in a dry run', 80, true, undefined],
    ['that another service holds', 30005, false, 'spec.ports[0].nodePort: Invalid value: 30005: provided port is already allocated'],
  ];
  it.each(rows)('%s', (_what, nodePort, dryRun, want) => {
    const ctx = contextOf([service('b', [{ port: 1, nodePort: 30005 }])], dryRun);
    const allocate = (): void => allocateNodePorts(service('a', [{ port: 80, nodePort }]), undefined, ctx)();
    if (want === undefined) expect(allocate).not.toThrow();
    else expect(allocate).toThrow(want);
  });

  it('of a dry run are made up, above the range', () => {
    const svc = service('a', [{ port: 80 }, { port: 81 }]);
    allocateNodePorts(svc, undefined, contextOf([], true))();
    expect(taken(svc)).toEqual([32769, 32770]);
  });

  it('may not repeat for the same protocol when a service changes', () => {
    const old = service('a', [{ port: 80, protocol: 'TCP', nodePort: 30020 }]);
    const next = service('a', [
      { port: 80, protocol: 'TCP', nodePort: 30020 },
      { port: 81, protocol: 'TCP', nodePort: 30020 },
    ]);
    expect(() => allocateNodePorts(next, old, contextOf([old]))).toThrow('duplicate nodePort: {TCP 30020}');
  });
});
