import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../component-base/clock.ts';
import { linesOf, Replica, WatchReader } from '../testing/watching.ts';
import { LmdbStorage } from './lmdb-storage.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const writer = ['--import', fixture('run-typescript.mjs'), fixture('writer.ts')];

let root = '';
let child: Writer | undefined;

afterEach(async () => {
  await child?.kill();
  child = undefined;
  if (root) rmSync(root, { recursive: true });
  root = '';
});

/** A tracer outlives its process for a moment. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The writer in a process of its own, perhaps under a tracer. */
class Writer {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #exited: Promise<unknown>;
  #pid: number | undefined;

  constructor(command: string, args: readonly string[]) {
    const process_ = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, NODE_OPTIONS: '' } });
    this.#process = process_;
    this.#exited = once(process_, 'exit');
    this.#lines = createInterface({ input: process_.stdout })[Symbol.asyncIterator]();
  }

  /** Reads lines until `isEnough` or the end. The first line of all tells the writer's process. */
  async until(isEnough: (line: string, count: number) => boolean): Promise<string[]> {
    const lines: string[] = [];
    for (;;) {
      const { done, value } = await this.#lines.next();
      if (done) return lines;
      if (this.#pid === undefined) this.#pid = Number(value);
      else if (isEnough(value, lines.push(value))) return lines;
    }
  }

  async kill(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      if (this.#pid === undefined) this.#process.kill('SIGKILL');
      else killIfThere(this.#pid);
    }
    await this.#exited;
  }
}

/** Opens the store and checks that every acknowledged write is in its history, which is whole. */
async function checkHistory(directory: string, acknowledged: readonly string[]): Promise<void> {
  const storage = await LmdbStorage.open({ directory, clock: new FakeClock() });
  const newest = await storage.currentRevision();
  const reader = new WatchReader(storage, 1);
  reader.requestProgress();
  await reader.until(() => reader.upTo >= newest);
  expect(reader.events.map((event) => event.revision)).toEqual(Array.from({ length: newest - 1 }, (_, i) => i + 2));
  const history = new Set(reader.events.map((event) => `${event.value ? 'PUT' : 'DELETE'} ${event.key} ${event.revision}`));
  expect(acknowledged.filter((line) => !history.has(line))).toEqual([]);
  const replica = new Replica([]);
  for (const event of reader.events) replica.apply(event);
  const { items } = await storage.list({ prefix: '/' });
  expect(linesOf(items)).toEqual(replica.lines);
  await reader.stop();
  await storage.close();
}

describe('durability', () => {
  it('keeps every acknowledged write when the process is killed', async () => {
    root = mkdtempSync(join(tmpdir(), 'k8ts-kill-'));
    const directory = join(root, 'data');
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round++) {
      child = new Writer(process.execPath, [...writer, directory]);
      acknowledged.push(...(await child.until((_, count) => count >= 400 + 100 * round)));
      await child.kill();
      await checkHistory(directory, acknowledged);
    }
  });

  const strace = spawnSync('strace', ['-f', '-e', 'trace=none', 'true'], { stdio: 'ignore' }).status === 0;
  const faulty = strace ? it : it.skip;
  const faults = [
    { error: 'ENOSPC', call: 'writev', when: '30..32', want: 'NoSpace', goesOn: true },
    { error: 'ENOSPC', call: 'pwrite64', when: '12+', want: 'UnknownOutcome', goesOn: false },
    { error: 'EIO', call: 'fdatasync', when: '40+', want: 'UnknownOutcome', goesOn: false },
  ];
  for (const { error, call, when, want, goesOn } of faults) {
    faulty(`reports ${want}, and loses nothing acknowledged, when ${call} says ${error} (needs strace)`, async () => {
      root = mkdtempSync(join(tmpdir(), 'k8ts-fault-'));
      const directory = join(root, 'data');
      const inject = ['-f', '-qq', '-o', '/dev/null', '-e', `trace=${call}`, '-e', `inject=${call}:error=${error}:when=${when}`];
      child = new Writer('strace', [...inject, process.execPath, ...writer, directory, '9000']);
      let failures = 0;
      const lines = await child.until((line) => {
        if (line.startsWith('FAIL')) failures++;
        return goesOn && failures > 0 && line.startsWith('PUT');
      });
      expect(lines.some((line) => line.startsWith(`FAIL ${want}`))).toBe(true);
      await child.kill();
      await checkHistory(
        directory,
        lines.filter((line) => !line.startsWith('FAIL')),
      );
    });
  }
});
