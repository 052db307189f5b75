import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../component-base/clock.ts';
import { Queue } from './queue.ts';
import { newDefaultControllerLimiter, newExponentialLimiter, TokenBucket } from './rate-limiter.ts';
import { RateLimitingQueue } from './rate-limiting-queue.ts';

describe('Queue', () => {
  it('holds a key once', async () => {
    const queue = new Queue<string>();
    queue.add('a');
    queue.add('a');
    queue.add('b');
    expect(queue.length).toBe(2);
    expect([await queue.take(), await queue.take()]).toEqual(['a', 'b']);
  });

  it('gives a key that was added while it was processed once more, after it is done', async () => {
    const queue = new Queue<string>();
    queue.add('a');
    await queue.take();
    queue.add('a');
    queue.add('a');
    expect(queue.length).toBe(0);
    queue.done('a');
    expect(await queue.take()).toBe('a');
    queue.done('a');
    expect(queue.isIdle).toBe(true);
  });

  it('wakes one taker for each key', async () => {
    const queue = new Queue<string>();
    const takers = [queue.take(), queue.take()];
    queue.add('a');
    queue.add('b');
    expect(await Promise.all(takers)).toEqual(['a', 'b']);
  });

  it('drains after it was shut down, and accepts nothing more', async () => {
    const queue = new Queue<string>();
    queue.add('a');
    queue.shutDown();
    queue.add('b');
    expect(await queue.take()).toBe('a');
    expect(await queue.take()).toBeUndefined();
  });
});

describe('RateLimitingQueue', () => {
  it('adds a key later, at the sooner of two times', async () => {
    const clock = new FakeClock();
    const queue = new RateLimitingQueue({ clock });
    queue.addAfter('a', 1000);
    queue.addAfter('a', 300);
    queue.addAfter('a', 2000);
    clock.step(299);
    expect(queue.length).toBe(0);
    clock.step(1);
    expect(queue.length).toBe(1);
    expect(await queue.take()).toBe('a');
    queue.done('a');
    clock.step(5000);
    expect(queue.length).toBe(0);
  });

  it('arms one timer for many delayed keys', () => {
    const clock = new FakeClock();
    const queue = new RateLimitingQueue({ clock });
    for (let i = 0; i < 100; i++) queue.addAfter(`k${i}`, 1000 + i);
    expect(clock.waiters).toBe(1);
    clock.step(1200);
    expect(queue.length).toBe(100);
    expect(clock.waiters).toBe(0);
  });

  it('waits longer after each failure until the key is forgotten', () => {
    const clock = new FakeClock();
    const queue = new RateLimitingQueue({ clock, limiter: newExponentialLimiter() });
    queue.addRateLimited('a');
    clock.step(5);
    expect(queue.length).toBe(1);
    expect(queue.failures('a')).toBe(1);
    queue.forget('a');
    expect(queue.failures('a')).toBe(0);
  });
});

describe('rate limiters', () => {
  it('doubles from 5 ms to its maximum', () => {
    const limiter = newExponentialLimiter<string>(5, 100);
    expect([1, 2, 3, 4, 5, 6].map(() => limiter.when('a'))).toEqual([5, 10, 20, 40, 80, 100]);
    expect(limiter.when('b')).toBe(5);
  });

  it('lends tokens from the future', () => {
    const clock = new FakeClock();
    const bucket = new TokenBucket(10, 2, clock);
    expect([bucket.reserve(), bucket.reserve(), bucket.reserve(), bucket.reserve()]).toEqual([0, 0, 100, 200]);
    clock.step(10_000);
    expect(bucket.tryAccept()).toBe(true);
  });

  it('takes the longer of the key and the bucket', () => {
    const limiter = newDefaultControllerLimiter<string>(new FakeClock());
    const waits = Array.from({ length: 101 }, (_, i) => limiter.when(`k${i}`));
    expect(waits[0]).toBe(5);
    expect(waits[100]).toBe(100);
  });
});
