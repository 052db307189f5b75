import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Reserve } from './reserve.ts';

const write = { bytes: 100, records: 1 };

describe('Reserve', () => {
  it('refuses each write while the disk is full, not the first alone', () => {
    const reserve = new Reserve('/dev/full', () => ({ end: 4096, free: 0 }));
    expect(() => reserve.take(write)).toThrow('ENOSPC');
    expect(() => reserve.take(write)).toThrow('ENOSPC');
    reserve.close();
  });

  it('lets writes into what is free within the file when the disk is full', () => {
    let free = 2 << 20;
    const reserve = new Reserve('/dev/full', () => ({ end: 4096, free }));
    reserve.take(write);
    free = 0;
    expect(() => reserve.take(write)).toThrow('ENOSPC');
    reserve.close();
  });

  it('extends the file before it is written, and looks at it again only when that is used up', () => {
    const directory = mkdtempSync(join(tmpdir(), 'k8ts-reserve-'));
    const path = join(directory, 'file');
    writeFileSync(path, Buffer.alloc(2 << 20));
    let looks = 0;
    const reserve = new Reserve(path, () => ({ end: (600 << 10) + looks++, free: 0 }));
    reserve.take(write);
    expect(statSync(path).size).toBe(3 << 20);
    reserve.take({ bytes: 0, records: 1 });
    expect(looks).toBe(1);
    reserve.take({ bytes: 1 << 20, records: 1 });
    expect(looks).toBe(2);
    reserve.close();
    rmSync(directory, { recursive: true });
  });
});
