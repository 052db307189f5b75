import { describe, expect, it } from '@jest/globals';
import { firstAddress } from './kubernetes-service.ts';
import { completed } from './rbac-upgrade.ts';

describe('firstAddress', () => {
  it('is the one behind the network of either family', () => {
    expect(firstAddress('10.96.0.0/16')).toBe('10.96.0.1');
    expect(firstAddress('fd00:10::/108')).toBe('fd00:10::1');
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
