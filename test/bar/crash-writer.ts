/**
 * The process that the crash bar kills: 300 operations on an lmdb store, a few at a time. Prints each acknowledgement and what its watch is told, a line each:
 * `ACK PUT|DELETE key revision`, `SAW PUT|DELETE key revision`, `FAIL code message`, `DONE`. It goes on while the store does: after a full disk. `node crash-writer.js DIRECTORY SEED`.
 */
import { writeSync } from 'node:fs';
import { realClock } from '../../component-base/clock.ts';
import { describeError } from '../../component-base/log.ts';
import { seededRand } from '../../component-base/rand.ts';
import { isStorageError } from '../../storage/errors.ts';
import type { Storage } from '../../storage/interface.ts';
import { LmdbStorage } from '../../storage/lmdb/lmdb-storage.ts';

const OPERATIONS = 300;
const WORKERS = 12;
const KEYS = 20;
const COMPACT_AT = 200;

const [directory = '', seed = '1'] = process.argv.slice(2);
const rand = seededRand(Number(seed));
const say = (line: string): void => void writeSync(1, `${line}\n`);
let left = OPERATIONS;
let compacts = true;

const fail = (error: unknown): void => say(`FAIL ${isStorageError(error) ? error.code : 'unknown'} ${describeError(error).replaceAll('\n', ' ')}`);

async function operate(storage: Storage): Promise<void> {
  const key = `/k/${rand.int(KEYS)}`;
  const expected = (await storage.get(key))?.revision ?? 0;
  const isDelete = expected > 0 && rand.int(6) === 0;
  // Values that stand in a page beside others, and values that have pages of their own.
  const size = rand.int(5) === 0 ? 9000 : 200 + rand.int(600);
  const result = isDelete ? await storage.delete(key, expected) : await storage.put(key, new Uint8Array(size).fill(left), expected);
  if (result.committed) say(`ACK ${isDelete ? 'DELETE' : 'PUT'} ${key} ${result.revision}`);
}

async function work(storage: Storage): Promise<void> {
  while (left-- > 0) {
    try {
      await operate(storage);
    } catch (error) {
      if (!isStorageError(error, 'NoSpace')) throw error;
      fail(error);
    }
    if (left > OPERATIONS - COMPACT_AT || !compacts) continue;
    compacts = false;
    await storage.compact((await storage.currentRevision()) - 50);
  }
}

async function watch(storage: Storage, signal: AbortSignal): Promise<void> {
  for await (const { events } of storage.watch({ prefix: '/' }, 1, signal)) {
    for (const { key, revision, value } of events) say(`SAW ${value ? 'PUT' : 'DELETE'} ${key} ${revision}`);
  }
}

async function main(): Promise<void> {
  const storage = await LmdbStorage.open({ directory, clock: realClock });
  const done = new AbortController();
  const watching = watch(storage, done.signal);
  await Promise.all(Array.from({ length: WORKERS }, () => work(storage)));
  done.abort();
  await watching;
  await storage.close();
  say('DONE');
}

try {
  await main();
} catch (error) {
  fail(error);
  process.exit(1);
}
