/** Reads and follows CRI log files, over rotation. Behaves like upstream pkg/kubelet/kuberuntime/logs ReadLogs. */
import { watch } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Clock } from '../../../component-base/clock.ts';
import type { LogLine, LogOptions } from '../interface.ts';
import { LineSplitter } from './log-format.ts';

const CHUNK = 64 << 10;
/** A change that no notification told of is seen after this long. */
const POLL_MS = 1000;

export interface FollowHost {
  readonly clock: Clock;
  /** Whether more can still be written. */
  isRunning(): Promise<boolean>;
}

export async function* readLogFile(path: string, options: LogOptions, host: FollowHost): AsyncGenerator<readonly LogLine[]> {
  let file = await open(path, 'r');
  try {
    let at = options.tailLines === undefined ? 0 : await tailOffset(file, options.tailLines);
    let splitter = new LineSplitter();
    const changes = options.follow ? watchFile(path, host.clock, options.signal) : undefined;
    for (let last = !options.follow; !options.signal.aborted; ) {
      const lines: LogLine[] = [];
      at = await readFrom(file, at, (chunk) => void lines.push(...splitter.push(chunk)));
      yield lines;
      if (last) return;
      if (await wasRotated(file, path)) {
        await file.close();
        file = await open(path, 'r');
        [at, splitter] = [0, new LineSplitter()];
        continue;
      }
      last = !(await host.isRunning());
      if (!last) await changes?.next();
    }
  } finally {
    await file.close();
  }
}

/** The offset at the end. */
async function readFrom(file: FileHandle, offset: number, take: (chunk: Uint8Array) => void): Promise<number> {
  const buffer = new Uint8Array(CHUNK);
  for (let at = offset; ; ) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK, at);
    if (bytesRead === 0) return at;
    take(buffer.slice(0, bytesRead));
    at += bytesRead;
  }
}

async function wasRotated(file: FileHandle, path: string): Promise<boolean> {
  try {
    return (await stat(path)).ino !== (await file.stat()).ino;
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

/** Where the last `lines` lines begin. */
async function tailOffset(file: FileHandle, lines: number): Promise<number> {
  const { size } = await file.stat();
  const buffer = new Uint8Array(CHUNK);
  let [end, left] = [size, lines + 1];
  while (end > 0) {
    const start = Math.max(0, end - CHUNK);
    const { bytesRead } = await file.read(buffer, 0, end - start, start);
    for (let i = bytesRead - 1; i >= 0; i--) if (buffer[i] === 10 && --left === 0) return start + i + 1;
    end = start;
  }
  return 0;
}

/** Resolves `next` when the file's directory changed or a while has gone by. */
function watchFile(path: string, clock: Clock, signal: AbortSignal): { next(): Promise<void> } {
  let wake = (): void => undefined;
  let pending = false;
  const watcher = watch(dirname(path), { persistent: false, signal }, (_, name) => {
    if (name !== null && name !== basename(path)) return;
    pending = true;
    wake();
  });
  watcher.on('error', () => wake());
  return {
    next: () =>
      new Promise((resolve) => {
        const timer = clock.after(POLL_MS, () => wake());
        wake = () => {
          timer.stop();
          pending = false;
          resolve();
        };
        if (pending || signal.aborted) wake();
        signal.addEventListener('abort', () => wake(), { once: true });
      }),
  };
}
