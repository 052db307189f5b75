import { describe, expect, it } from '@jest/globals';
import { endpointsPortText, fnv128a, slicePortText, sortedByHash } from './port-order.ts';

const ports = [
  { name: 'web', port: 8080, protocol: 'TCP' },
  { name: 'dns', port: 53, protocol: 'UDP' },
  { name: 'app', port: 81, protocol: 'TCP', appProtocol: 'kubernetes.io/h2c' },
];

describe('sortedByHash', () => {
  it('orders the ports of an EndpointSlice as the real controller did', () => {
    expect(sortedByHash(ports, slicePortText).map((p) => p.name)).toEqual(['dns', 'app', 'web']);
  });

  it('orders the ports of Endpoints as the real controller did', () => {
    expect(sortedByHash(ports, endpointsPortText).map((p) => p.name)).toEqual(['app', 'dns', 'web']);
  });
});

describe('fnv128a', () => {
  it('hashes known texts', () => {
    expect(fnv128a('')).toBe('6c62272e07bb014262b821756295c58d');
    expect(fnv128a('a')).toBe('d228cb696f1a8caf78912b704e4a8964');
  });
});
