import { describe, expect, it } from '@jest/globals';
import type { ServiceSpec } from '../../../apimachinery/types/core.gen.ts';
import { service, told } from '../testing/objects.ts';
import { validateServiceCreate, validateServiceUpdate } from './service.ts';

describe('the validation of a service', () => {
  const rows: readonly (readonly [what: string, spec: Partial<ServiceSpec>, want: readonly string[]])[] = [
    ['nothing wrong', {}, []],
    ['no ports', { ports: [] }, ['spec.ports: Required value']],
    ['no ports but no address either', { ports: [], clusterIP: 'None', clusterIPs: ['None'] }, []],
    [
      'nameless ports',
      {
        ports: [
          { port: 80, protocol: 'TCP', targetPort: 80 },
          { port: 81, protocol: 'TCP', targetPort: 81, name: 'b' },
        ],
      },
      ['spec.ports[0].name: Required value'],
    ],
    [
      'the same port twice',
      { ports: ['a', 'b'].map((name) => ({ name, port: 80, protocol: 'TCP', targetPort: 80 })) },
      ['spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}'],
    ],
    [
      'a node port without a node',
      { ports: [{ port: 80, protocol: 'TCP', targetPort: 80, nodePort: 30000 }] },
      ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ],
    [
      'a port out of range',
      { ports: [{ port: 70000, protocol: 'TCP', targetPort: 80 }] },
      ['spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive'],
    ],
    [
      'addresses that disagree',
      { clusterIPs: ['10.0.0.2'] },
      ['spec.clusterIPs: Invalid value: ["10.0.0.2"]: first value must match `clusterIP`'],
    ],
    [
      'a family that disagrees',
      { ipFamilies: ['IPv6'] },
      ['spec.clusterIPs[0]: Invalid value: "10.0.0.1": expected an IPv6 value as indicated by `ipFamilies[0]`'],
    ],
    [
      'an external address on this machine',
      { externalIPs: ['127.0.0.1'], externalTrafficPolicy: 'Cluster' },
      ['spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)'],
    ],
    [
      'a class without a balancer',
      { loadBalancerClass: 'a.b/c' },
      ["spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'"],
    ],
    [
      'an unknown distribution',
      { trafficDistribution: 'x' },
      ['spec.trafficDistribution: Unsupported value: "x": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"'],
    ],
  ];
  it.each(rows)('finds %s', (_what, spec, want) => {
    expect(told(validateServiceCreate(service(spec)))).toEqual(want);
  });

  it('keeps the address of a service', () => {
    const moved = service({ clusterIP: '10.0.0.9', clusterIPs: ['10.0.0.9'] });
    expect(told(validateServiceUpdate(moved, service()))).toEqual([
      'spec.clusterIPs[0]: Invalid value: ["10.0.0.9"]: may not change once set',
    ]);
  });
});
