import { describe, expect, it } from '@jest/globals';
import { firstAddress, kubernetesServiceObjects } from './kubernetes-service.ts';
import { completed } from './rbac-upgrade.ts';

describe('firstAddress', () => {
  it('is the one behind the network of either family', () => {
    expect(firstAddress('10.96.0.0/16')).toBe('10.96.0.1');
    expect(firstAddress('fd00:10::/108')).toBe('fd00:10::1');
  });
});

describe('kubernetesServiceObjects', () => {
  const kinds = (address?: string): string[] => kubernetesServiceObjects({ ...(address !== undefined && { address }), port: 6443, serviceCIDRs: ['10.96.0.0/16'] }, '').map((o) => o.kind);

  it('leads to the advertised address, unless it is of this machine alone', () => {
    expect(kinds('10.0.0.7')).toEqual(['ServiceCIDR', 'Service', 'Endpoints', 'EndpointSlice']);
    expect(kinds('127.0.0.1')).toEqual(['ServiceCIDR', 'Service']);
  });

  it('has a service and its range without an address, too', () => {
    expect(kinds()).toEqual(['ServiceCIDR', 'Service']);
  });
});

describe('completed', () => {
  const role = (rules: object[], autoupdate = 'true'): never => ({ kind: 'ClusterRole', metadata: { name: 'r', annotations: { 'rbac.authorization.kubernetes.io/autoupdate': autoupdate } }, rules }) as never;
  const pods = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };
  const nodes = { apiGroups: [''], resources: ['nodes'], verbs: ['get'] };

  it('adds what is missing and keeps what was added', () => {
    expect(completed(role([pods]), role([nodes]))).toMatchObject({ rules: [pods, nodes] });
  });

  it('leaves a role alone that holds everything, or whose owner wants no updates', () => {
    expect(completed(role([{ ...pods, verbs: ['*'] }]), role([pods]))).toBeUndefined();
    expect(completed(role([pods], 'false'), role([nodes]))).toBeUndefined();
  });
});
