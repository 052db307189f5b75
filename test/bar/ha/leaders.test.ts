import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { actsOf, judge, type Write } from './leaders.ts';

const write = (server: number, begun: number, ended = begun): Write => ({ server, begun, ended, what: '' });

describe('judge', () => {
  const leases = [write(0, 0), write(0, 10), write(1, 20)];

  it('accepts writes of who holds the lease, and counts terms and rests', () => {
    expect(judge({ leases, writes: [write(0, 1), write(0, 12), write(1, 25)] })).toMatchObject({ usurped: [], late: [], terms: 2, longestRest: 13, longestVacancy: 10 });
  });

  it('names writes that were begun without the lease', () => {
    const usurper = write(0, 21, 22);
    expect(judge({ leases, writes: [usurper] })).toMatchObject({ usurped: [usurper], late: [] });
    const early = write(1, 15);
    expect(judge({ leases, writes: [early] }).usurped).toEqual([early]);
  });

  it('knows who has taken the lease although the one before was told later that it had let go', () => {
    const released = write(0, 10, 30);
    const taken = write(1, 12, 14);
    expect(judge({ leases: [taken, released], writes: [write(1, 40)] })).toMatchObject({ usurped: [], terms: 2 });
    const usurper = write(0, 40);
    expect(judge({ leases: [taken, released], writes: [usurper] }).usurped).toEqual([usurper]);
  });

  it('tells writes apart that were begun in time and ended in the term of another', () => {
    const late = write(0, 19, 30);
    expect(judge({ leases, writes: [late] })).toMatchObject({ usurped: [], late: [late] });
  });
});

describe('actsOf', () => {
  const dir = mkdtempSync(join(tmpdir(), 'k8ts-leaders-'));
  afterAll(() => rmSync(dir, { recursive: true }));

  it("takes the leaders' accepted writes, in the machine's time", () => {
    const at = (ms: number): string => new Date(1_000_000 + ms).toISOString();
    const event = (username: string, verb: string, objectRef: object, ms: number, code = 200): string =>
      JSON.stringify({ stage: 'ResponseComplete', verb, user: { username }, objectRef, responseStatus: { code }, requestReceivedTimestamp: at(ms), stageTimestamp: at(ms + 1) });
    const log = join(dir, 'log');
    writeFileSync(log, [
      event('system:kube-scheduler', 'create', { resource: 'leases', namespace: 'kube-system' }, 5000),
      event('system:kube-scheduler', 'update', { resource: 'leases', namespace: 'kube-system', name: 'kube-scheduler' }, 5001, 409),
      event('system:kube-scheduler', 'create', { resource: 'pods', namespace: 'a', name: 'b' }, 3_605_002),
      event('system:serviceaccount:kube-system:replicaset-controller', 'create', { resource: 'pods' }, 5003),
      event('system:serviceaccount:default:replicaset-controller', 'create', { resource: 'pods' }, 5004),
      '{"stage":"ResponseComplete","user":{"username":"system:ku',
    ].join('\n'));
    const acts = actsOf([{ server: 2, log, skewMs: 5000 }], 1_000_000);
    expect(acts.get('kube-scheduler')).toEqual({
      leases: [{ server: 2, begun: 1_000_000, ended: 1_000_001, what: 'system:kube-scheduler create leases kube-system/' }],
      writes: [{ server: 2, begun: 1_000_002, ended: 1_000_003, what: 'system:kube-scheduler create pods a/b' }],
    });
    expect(acts.get('kube-controller-manager')?.writes).toHaveLength(1);
  });
});
