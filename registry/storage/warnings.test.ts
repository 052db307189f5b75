import { describe, expect, it } from '@jest/globals';
import type { CSIStorageCapacity } from '../../apimachinery/types/storage.gen.ts';
import { csiStorageCapacityWarnings } from './warnings.ts';

const capacity = (nodeTopology: object | undefined): CSIStorageCapacity => ({ nodeTopology }) as unknown as CSIStorageCapacity;

describe('warnings of a storage capacity', () => {
  it('name deprecated labels wherever the topology uses them', () => {
    const topology = { matchLabels: { 'beta.kubernetes.io/arch': 'x', a: 'b' }, matchExpressions: [{ key: 'a', operator: 'Exists' }, { key: 'beta.kubernetes.io/os', operator: 'Exists' }] };
    expect(csiStorageCapacityWarnings(capacity(topology))).toEqual([
      'nodeTopology.matchExpressions[1].key: beta.kubernetes.io/os is deprecated since v1.14; use "kubernetes.io/os" instead',
      'nodeTopology.matchLabels.beta.kubernetes.io/arch: deprecated since v1.14; use "kubernetes.io/arch" instead',
    ]);
  });

  it('are none without a topology', () => {
    expect(csiStorageCapacityWarnings(capacity(undefined))).toEqual([]);
  });
});
