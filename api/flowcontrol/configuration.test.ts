import { describe, expect, it } from '@jest/globals';
import { danglingCondition, nominalSeats } from './configuration.ts';

const schema = (level: string, conditions: object[] = []): never => ({ metadata: { name: 's' }, spec: { priorityLevelConfiguration: { name: level } }, status: { conditions } }) as never;
const level = (name: string, spec: object): never => ({ metadata: { name }, spec }) as never;

describe('danglingCondition', () => {
  it('says whether the level exists, and nothing when that is said already', () => {
    const found = danglingCondition(schema('l'), true, 'T');
    expect(found).toEqual({ type: 'Dangling', status: 'False', reason: 'Found', message: 'This FlowSchema references the PriorityLevelConfiguration object named "l" and it exists', lastTransitionTime: 'T' });
    expect(danglingCondition(schema('l', [found ?? {}]), true, 'U')).toBeUndefined();
    expect(danglingCondition(schema('l', [found ?? {}]), false, 'U')).toMatchObject({ status: 'True', reason: 'NotFound', lastTransitionTime: 'U' });
  });
});

describe('nominalSeats', () => {
  it('divides the seats by shares, rounded up', () => {
    const seats = nominalSeats([level('a', { type: 'Limited', limited: { nominalConcurrencyShares: 20 } }), level('b', { type: 'Limited' }), level('exempt', { type: 'Exempt' })], 600);
    expect([...seats]).toEqual([['a', 240], ['b', 360], ['exempt', 0]]);
  });
});
