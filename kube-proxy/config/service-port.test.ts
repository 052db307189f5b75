import { describe, expect, it } from '@jest/globals';
import { servicePorts, usable, type EndpointSlice, type Service } from './service-port.ts';

const service = (spec: object, status: object = {}): Service => ({ metadata: { namespace: 'default', name: 'web' }, spec: { clusterIP: '10.96.0.10', clusterIPs: ['10.96.0.10'], ports: [{ name: 'http', port: 80, protocol: 'TCP' }], ...spec }, status: { loadBalancer: {}, ...status } }) as unknown as Service;
const slice = (endpoints: object[]): EndpointSlice => ({ addressType: 'IPv4', ports: [{ name: 'http', port: 8080, protocol: 'TCP' }], endpoints }) as unknown as EndpointSlice;
const ready = { conditions: { ready: true, serving: true, terminating: false } };
const node = { nodeName: 'n1', zone: '' };
const portsOf = (s: Service, endpoints: object[]) => servicePorts([s], () => [slice(endpoints)], 'IPv4', node);

describe('servicePorts', () => {
  it('joins a port with the endpoints of its name, in the order of their addresses', () => {
    const [port] = portsOf(service({}), [{ addresses: ['10.244.0.3'], ...ready }, { addresses: ['10.244.0.2'], ...ready, nodeName: 'n1' }]);
    expect(port).toMatchObject({ name: 'default/web:http', clusterIP: '10.96.0.10', port: 80, hasEndpoints: true });
    expect(port?.clusterEndpoints.map((e) => [e.ip, e.port, e.isLocal])).toEqual([
      ['10.244.0.2', 8080, true],
      ['10.244.0.3', 8080, false],
    ]);
  });

  it.each([
    { name: 'headless', spec: { clusterIP: 'None', clusterIPs: ['None'] } },
    { name: 'an external name', spec: { type: 'ExternalName', clusterIP: '' } },
  ])('has nothing to program for $name', ({ spec }) => {
    expect(portsOf(service(spec), [])).toEqual([]);
  });

  it('keeps to this node with the policy Local', () => {
    const [port] = portsOf(service({ externalTrafficPolicy: 'Local', type: 'NodePort', ports: [{ name: 'http', port: 80, nodePort: 30080 }] }), [{ addresses: ['10.244.1.2'], ...ready, nodeName: 'n2' }]);
    expect(port).toMatchObject({ nodePort: 30080, externalEndpoints: [], hasEndpoints: true });
    expect(port?.clusterEndpoints).toHaveLength(1);
  });

  it('sticks for three hours unless told otherwise', () => {
    expect(portsOf(service({ sessionAffinity: 'ClientIP' }), [])[0]?.affinitySeconds).toBe(10_800);
  });

  it('prefers the endpoints hinted for its zone when all have hints', () => {
    const endpoints = [{ addresses: ['10.244.0.2'], ...ready, hints: { forZones: [{ name: 'a' }] } }, { addresses: ['10.244.0.3'], ...ready, hints: { forZones: [{ name: 'b' }] } }];
    const [port] = servicePorts([service({})], () => [slice(endpoints)], 'IPv4', { nodeName: 'n1', zone: 'b' });
    expect(port?.clusterEndpoints.map((e) => e.ip)).toEqual(['10.244.0.3']);
  });
});

describe('usable', () => {
  const endpoint = (ip: string, isReady: boolean, isServing: boolean, isTerminating: boolean) => ({ ip, port: 1, isLocal: false, isReady, isServing, isTerminating, zones: [] });
  it('falls back to endpoints that terminate but still serve', () => {
    expect(usable([endpoint('a', false, true, true), endpoint('b', false, false, false)]).map((e) => e.ip)).toEqual(['a']);
    expect(usable([endpoint('a', false, true, true), endpoint('c', true, true, false)]).map((e) => e.ip)).toEqual(['c']);
  });
});
