import { describe, expect, it } from '@jest/globals';
import { Lifecycle } from './lifecycle.ts';
import { silentLog } from './log.ts';

describe('Lifecycle', () => {
  it('stops in reverse order, once, after its signal aborted', async () => {
    const life = new Lifecycle(silentLog);
    const seen: string[] = [];
    await life.start('a', () => 1, () => void seen.push(`a ${life.signal.aborted}`));
    await life.start('b', () => 2, () => void seen.push('b'));
    await Promise.all([life.stop(), life.stop()]);
    expect(seen).toEqual(['b', 'a true']);
  });

  it('undoes what was started when a later part fails to start', async () => {
    const life = new Lifecycle(silentLog);
    const seen: string[] = [];
    await life.start('a', () => 1, () => void seen.push('a'));
    await expect(life.start('b', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(seen).toEqual(['a']);
  });

  it('goes on stopping when one part fails to stop', async () => {
    const warned: string[] = [];
    const life = new Lifecycle({ ...silentLog, warn: (m) => void warned.push(m) });
    const seen: string[] = [];
    life.onStop('a', () => void seen.push('a'));
    life.onStop('b', () => Promise.reject(new Error('stuck')));
    await life.stop();
    expect(seen).toEqual(['a']);
    expect(warned).toEqual(['stopping b failed']);
  });
});
