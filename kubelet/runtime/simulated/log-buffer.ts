/** What a simulated container wrote: the newest lines, and whoever follows them. */
import type { LogLine, LogOptions } from '../interface.ts';
import { AsyncQueue } from '../async-queue.ts';

const KEPT = 10_000;
const encoder = new TextEncoder();

function timestampOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}000000Z`;
}

export class LogBuffer {
  #lines: LogLine[] = [];
  readonly #followers = new Set<AsyncQueue<readonly LogLine[]>>();
  #closed = false;

  /** A text that does not end with a line break leaves its last line partial. */
  write(time: number, stream: 'stdout' | 'stderr', text: string): void {
    const parts = text.split('\n');
    const rest = parts.pop() ?? '';
    const line = (part: string, partial: boolean): LogLine => ({ time, timestamp: timestampOf(time), stream, partial, text: encoder.encode(part) });
    this.#append([...parts.map((p) => line(p, false)), ...(rest === '' ? [] : [line(rest, true)])]);
  }

  /** Followers end. */
  close(): void {
    this.#closed = true;
    for (const follower of this.#followers) follower.end();
    this.#followers.clear();
  }

  async *read(options: LogOptions): AsyncGenerator<readonly LogLine[]> {
    const following = options.follow && !this.#closed ? this.#follow(options.signal) : undefined;
    const { tailLines } = options;
    yield tailLines === undefined ? this.#lines.slice() : tailLines === 0 ? [] : this.#lines.slice(-tailLines);
    if (following) yield* following;
  }

  #follow(signal: AbortSignal): AsyncQueue<readonly LogLine[]> {
    const queue = new AsyncQueue<readonly LogLine[]>();
    const leave = (): void => {
      this.#followers.delete(queue);
      queue.end();
    };
    signal.addEventListener('abort', leave, { once: true });
    queue.onReturn = () => {
      signal.removeEventListener('abort', leave);
      leave();
    };
    this.#followers.add(queue);
    return queue;
  }

  #append(lines: readonly LogLine[]): void {
    if (lines.length === 0) return;
    this.#lines.push(...lines);
    if (this.#lines.length > 2 * KEPT) this.#lines = this.#lines.slice(-KEPT);
    for (const follower of this.#followers) follower.push(lines);
  }
}
