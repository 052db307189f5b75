import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../component-base/clock.ts';
import type { Collector } from '../../component-base/collection.ts';
import { RecordMemory } from './record-memory.ts';

const MB = 1 << 20;

class TestCollector implements Collector {
  asked = 0;
  readonly collected: () => void;

  constructor(collected: () => void) {
    this.collected = collected;
  }

  ask(): void {
    this.asked++;
  }
}

function newMemory(): { readonly memory: RecordMemory; readonly collector: TestCollector; readonly clock: FakeClock } {
  let collector: TestCollector | undefined;
  const clock = new FakeClock();
  const memory = new RecordMemory(clock, (collected) => (collector = new TestCollector(collected)));
  return { memory, collector: collector as unknown as TestCollector, clock };
}

/** How much has died when a collection is asked for, in MB. */
function deadUntilAsked(collector: TestCollector, memory: RecordMemory): number {
  const before = collector.asked;
  for (let mb = 1; mb <= 1000; mb++) {
    memory.allocate(MB);
    if (collector.asked > before) return mb;
  }
  throw new Error('no collection was asked for');
}

describe('RecordMemory', () => {
  it('makes bytes that the engine does not count', () => {
    expect(newMemory().memory.allocate(10).buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('asks for a collection when much has died, once until it has come', () => {
    const { collector, memory } = newMemory();
    expect(deadUntilAsked(collector, memory)).toBe(33);
    for (let mb = 0; mb < 100; mb++) memory.allocate(MB);
    expect(collector.asked).toBe(1);
    collector.collected();
    expect(deadUntilAsked(collector, memory)).toBe(33);
  });

  it('lets more die where more is held, and does not count what is held as dead', () => {
    const { collector, memory } = newMemory();
    for (let mb = 0; mb < 400; mb++) {
      memory.allocate(MB);
      memory.enter(MB);
    }
    expect(collector.asked).toBe(0);
    expect(deadUntilAsked(collector, memory)).toBe(101);
  });

  it('lets less die when the last one was long ago', () => {
    const { collector, memory, clock } = newMemory();
    clock.step(30_000);
    collector.collected();
    clock.step(79_999);
    for (let mb = 0; mb < 10; mb++) memory.allocate(MB);
    expect(collector.asked).toBe(0);
    clock.step(1);
    memory.allocate(MB);
    expect(collector.asked).toBe(1);
    collector.collected();
    clock.step(80_000);
    expect(deadUntilAsked(collector, memory)).toBe(5);
  });

  it('counts what was held and is not any more', () => {
    const { collector, memory } = newMemory();
    for (let mb = 0; mb < 40; mb++) {
      memory.allocate(MB);
      memory.enter(MB);
    }
    for (let mb = 0; mb < 32; mb++) memory.leave(MB);
    expect(collector.asked).toBe(0);
    memory.leave(MB);
    expect(collector.asked).toBe(1);
  });
});
