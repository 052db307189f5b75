import { describe, expect, it } from '@jest/globals';
import type { APIService } from '../../apimachinery/types/apiregistration.gen.ts';
import type { Service } from '../../apimachinery/types/core.gen.ts';
import type { EndpointSlice } from '../../apimachinery/types/discovery.gen.ts';
import { availabilityOf, withCondition } from './availability.ts';

const api = { spec: { service: { namespace: 'ns', name: 'api', port: 443 } } } as unknown as APIService;
const service = (port: number, type = 'ClusterIP'): Service => ({ spec: { type, ports: [{ name: 'https', port }] } }) as unknown as Service;
const slice = (ready: boolean | undefined, name: string): EndpointSlice =>
  ({ endpoints: [{ addresses: ['10.0.0.1'], conditions: ready === undefined ? {} : { ready } }], ports: [{ name, port: 8443 }] }) as unknown as EndpointSlice;

describe('availability of an APIService', () => {
  const rows: [string, Service | undefined, EndpointSlice[], string, string][] = [
    ['no service', undefined, [], 'ServiceNotFound', 'service/api in "ns" is not present'],
    ['a service on another port', service(80), [], 'ServicePortError', 'service/api in "ns" is not listening on port 443'],
    ['no endpoints', service(443), [], 'EndpointsNotFound', 'cannot find endpointslices for service/api in "ns"'],
    ['endpoints that are not ready', service(443), [slice(false, 'https')], 'MissingEndpoints', 'endpointslices for service/api in "ns" have no addresses with port name "https"'],
    ['endpoints of another port', service(443), [slice(true, 'web')], 'MissingEndpoints', 'endpointslices for service/api in "ns" have no addresses with port name "https"'],
    ['ready endpoints', service(443), [slice(undefined, 'https')], 'FailedDiscoveryCheck', 'this server does not forward requests to aggregated API servers'],
    ['a name elsewhere', service(80, 'ExternalName'), [], 'FailedDiscoveryCheck', 'this server does not forward requests to aggregated API servers'],
  ];
  it.each(rows)('tells of %s', (_what, found, slices, reason, message) => {
    expect(availabilityOf(api, { service: found, slices })).toEqual({ type: 'Available', status: 'False', reason, message });
  });

  it('keeps the time of a condition whose status stays', () => {
    const wanted = { type: 'Available', status: 'False', reason: 'B', message: '' };
    const before = [{ type: 'Available', status: 'False', reason: 'A', message: '', lastTransitionTime: 'then' }];
    expect(withCondition(before, wanted, 'now')).toEqual([{ ...wanted, lastTransitionTime: 'then' }]);
    expect(withCondition(before.map((c) => ({ ...c, status: 'True' })), wanted, 'now')).toEqual([{ ...wanted, lastTransitionTime: 'now' }]);
    expect(withCondition([{ ...wanted, lastTransitionTime: 'then' }], wanted, 'now')).toBeUndefined();
  });
});
