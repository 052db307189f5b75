import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { EngineCollector } from './collection.ts';

describe('EngineCollector', () => {
  it('begins a collection when asked, and tells when it is over', async () => {
    let collections = 0;
    const collector = new EngineCollector(() => void collections++);
    for (let asked = 0; asked < 2; asked++) {
      const before = collections;
      collector.ask();
      // The engine ends it as the program goes on to allocate.
      while (collections === before) {
        Array.from({ length: 1000 }, (_, i) => ({ i }));
        await turn();
      }
    }
    expect(collections).toBeGreaterThanOrEqual(2);
  });
});
