import { describe, expect, it } from '@jest/globals';
import { RecordMemory, type Resident } from './record-memory.ts';
import { isUncounted, Uncounted } from './uncounted.ts';

const SLAB = 256 << 10;

class Line implements Resident {
  line: Uint8Array;

  constructor(memory: RecordMemory, length: number, value: number) {
    this.line = memory.allocate(length).fill(value);
    memory.enter(this);
  }

  move(line: Uint8Array): void {
    this.line = line;
  }
}

const isAll = (bytes: Uint8Array, value: number): boolean => bytes.every((byte) => byte === value);

describe('RecordMemory', () => {
  it('lays records side by side, and gives what is large a buffer of its own', () => {
    const memory = new RecordMemory(new Uncounted());
    const [a, b, large] = [new Line(memory, 1000, 1), new Line(memory, 2000, 2), new Line(memory, SLAB / 2, 3)];
    expect(b.line.buffer).toBe(a.line.buffer);
    expect(large.line.buffer).not.toBe(a.line.buffer);
    expect([isAll(a.line, 1), isAll(b.line, 2), isAll(large.line, 3), memory.size]).toEqual([true, true, true, SLAB]);
  });

  it('stays within a bound of what it holds when records are replaced at random, and keeps their content', () => {
    const memory = new RecordMemory(new Uncounted());
    const lines = Array.from({ length: 1000 }, (_, i) => new Line(memory, 4000 + (i % 7) * 100, i % 251));
    const held = lines.reduce((sum, { line }) => sum + line.length, 0);
    let seed = 1;
    for (let n = 0; n < 10_000; n++) {
      seed = (seed * 48271) % 0x7fffffff;
      const i = seed % lines.length;
      memory.leave(lines[i] as Line);
      lines[i] = new Line(memory, 4000 + (i % 7) * 100, i % 251);
    }
    expect(memory.size).toBeLessThan(held * 1.4 + 8 * SLAB);
    expect(lines.every(({ line }, i) => isAll(line, i % 251))).toBe(true);
  });

  it('leaves what was handed out as it was when the record moves', () => {
    const memory = new RecordMemory(new Uncounted());
    const staying = new Line(memory, 5000, 42);
    const before = staying.line;
    for (let i = 0; i < 1000; i++) memory.leave(new Line(memory, 5000, 1));
    expect(staying.line.buffer).not.toBe(before.buffer);
    expect([isAll(before, 42), isAll(staying.line, 42)]).toEqual([true, true]);
  });

  it('gives slabs back in which nothing is wanted any more', () => {
    const memory = new RecordMemory(new Uncounted());
    for (let i = 0; i < 10_000; i++) memory.allocate(5000);
    expect(memory.size).toBeLessThan(12 * SLAB);
  });
});

describe('Uncounted', () => {
  it('bounds how much may be made between two collections that the engine does not count', () => {
    const source = new Uncounted();
    expect(Array.from({ length: 10 }, () => isUncounted(source.take(10 << 20)))).toEqual([...Array<boolean>(6).fill(true), ...Array<boolean>(4).fill(false)]);
  });

  it('lets more be made where more is held', () => {
    const source = new Uncounted();
    for (let i = 0; i < 4; i++) source.take(128 << 20);
    expect(isUncounted(source.take(120 << 20))).toBe(true);
    source.letGo(632 << 20);
    expect(isUncounted(source.take(1 << 20))).toBe(false);
  });
});
