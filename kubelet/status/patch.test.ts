import { describe, expect, it } from '@jest/globals';
import type { PodStatus } from '../container/pod.ts';
import { statusPatch } from './patch.ts';

const condition = (type: string, status: string, reason?: string) => ({ type, status, lastProbeTime: null, lastTransitionTime: null, ...(reason !== undefined && { reason }) });

describe('statusPatch', () => {
  it('is nothing when nothing differs', () => {
    expect(statusPatch('u', { phase: 'Running' }, { phase: 'Running' })).toBeUndefined();
  });

  it('holds only what differs, nulls what is gone, and names the pod', () => {
    const before: PodStatus = { phase: 'Running', reason: 'x', hostIP: '1' };
    expect(statusPatch('u', before, { phase: 'Failed', hostIP: '1' })).toEqual({ metadata: { uid: 'u' }, status: { phase: 'Failed', reason: null } });
  });

  it('changes single conditions and leaves the others alone', () => {
    const before: PodStatus = { conditions: [condition('A', 'True'), condition('B', 'False', 'why'), condition('C', 'True')] };
    const after: PodStatus = { conditions: [condition('A', 'True'), condition('B', 'True')] };
    expect(statusPatch('u', before, after)?.status).toEqual({
      '$setElementOrder/conditions': [{ type: 'A' }, { type: 'B' }],
      conditions: [{ ...condition('B', 'True'), reason: null }, { type: 'C', $patch: 'delete' }],
    });
  });

  it('gives no order to an empty list', () => {
    expect(statusPatch('u', { conditions: [condition('A', 'True')] }, {})?.status).toEqual({ conditions: [{ type: 'A', $patch: 'delete' }] });
  });
});
