/** `npm run bench:memory`: snapshot, fork and reset of the memory store with 1,000 objects of 5 kB, in milliseconds of CPU (a busy machine does not count); what `startCluster()` and its `reset()` stand on. */
import { FakeClock } from '../../component-base/clock.ts';
import { MemoryStorage } from '../../storage/memory/memory-storage.ts';

const OBJECTS = 1000;
const ROUNDS = 50;
const CHANGED = 100;

const value = (n: number): Uint8Array => new Uint8Array(5000).fill(n);
const keyOf = (i: number): string => `/registry/pods/default/pod-${i}`;

/** The median and the 99th of a hundred, in milliseconds. */
function summary(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(3);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}

async function change(storage: MemoryStorage, count: number, n: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const key = keyOf(i);
    await storage.put(key, value(n), (await storage.get(key))?.revision ?? 0);
  }
}

async function measure(name: string, changed: number, run: (storage: MemoryStorage, base: ReturnType<MemoryStorage['snapshot']>) => void): Promise<void> {
  const storage = new MemoryStorage({ clock: new FakeClock() });
  await change(storage, OBJECTS, 1);
  const base = storage.snapshot();
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await change(storage, changed, round);
    const started = process.cpuUsage();
    run(storage, base);
    const { user, system } = process.cpuUsage(started);
    times.push((user + system) / 1000);
  }
  console.log(`${name}: ${summary(times)}`);
}

await measure('snapshot', CHANGED, (storage) => storage.snapshot());
await measure('fork', CHANGED, (storage) => storage.fork());
await measure(`reset after ${CHANGED} of ${OBJECTS} have changed`, CHANGED, (storage, base) => storage.restore(base));
await measure(`reset after all ${OBJECTS} have changed`, OBJECTS, (storage, base) => storage.restore(base));
