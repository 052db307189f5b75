import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { seededRand } from '../../../component-base/rand.ts';
import { etcdBinaries } from '../../etcd/testing.ts';
import { runHistory } from './run.ts';
import { etcdTarget, lmdbTarget, memoryTarget, type Target } from './targets.ts';

const etcd = etcdBinaries().at(-1);
const targets: readonly { name: string; open: (() => Promise<Target>) | undefined; operations: number; kills: number }[] = [
  { name: 'memory', open: memoryTarget, operations: 1500, kills: 30 },
  { name: 'lmdb', open: lmdbTarget, operations: 300, kills: 10 },
  { name: etcd ? 'etcd' : 'etcd (needs etcd on the PATH or in ETCD_BIN)', open: etcd && (() => etcdTarget(etcd, 1)), operations: 500, kills: 20 },
];

describe('a random history with compactions, resumptions and kills', () => {
  for (const { name, open, operations, kills } of targets) {
    (open ? it : it.skip)(`is linearizable, and watches tell it whole, in order and once: ${name}`, async () => {
      const target = await (open as () => Promise<Target>)();
      try {
        const verdict = await runHistory({ target, rand: seededRand(42), operations, kills, turn });
        expect(verdict.problems).toEqual([]);
        expect(Math.min(verdict.changes, verdict.told)).toBeGreaterThan(operations / 6);
      } finally {
        await target.close();
      }
    });
  }
});
