import { describe, expect, it } from '@jest/globals';
import { nodeNetworks, podCIDROf } from './network.ts';

const options = { bridge: 'k8ts0', prefix: '172.31.240', clusterCIDR: '10.244.0.0/16', serviceCIDR: '10.96.0.0/16' };

describe('node networks', () => {
  it('gives each node a namespace, an address on the bridge and a block of pod addresses', () => {
    expect(nodeNetworks(['node-1', 'node-2'], options)).toEqual([
      { nodeName: 'node-1', netns: 'k8ts0-node-1', address: '172.31.240.11', podCIDR: '10.244.1.0/24' },
      { nodeName: 'node-2', netns: 'k8ts0-node-2', address: '172.31.240.12', podCIDR: '10.244.2.0/24' },
    ]);
  });

  it('takes the blocks out of the cluster range', () => {
    expect(podCIDROf('10.8.0.0/16', 3)).toBe('10.8.3.0/24');
  });
});
