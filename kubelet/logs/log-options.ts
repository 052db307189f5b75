/** What of a container's log a caller wants, and the bytes of it. Pure. Used by server/logs.ts. Behaves like upstream pkg/kubelet/kuberuntime/logs. */
import type { LogLine } from '../runtime/interface.ts';

export interface PodLogOptions {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines: number | undefined;
  /** Milliseconds since the epoch. */
  readonly since: number | undefined;
  readonly limitBytes: number | undefined;
  readonly stream: 'All' | 'Stdout' | 'Stderr';
}

const isTrue = (text: string | null): boolean => text !== null && /^(1|t|true)$/i.test(text);

/** Undefined when a number is none, or negative. */
export function parseLogOptions(query: URLSearchParams, now: number): PodLogOptions | undefined {
  const number = (name: string): number | undefined => (query.get(name) === null || query.get(name) === '' ? undefined : /^\d+$/.test(query.get(name) ?? '') ? Number(query.get(name)) : Number.NaN);
  const [tailLines, sinceSeconds, limitBytes] = [number('tailLines'), number('sinceSeconds'), number('limitBytes')];
  const sinceTime = query.get('sinceTime');
  const since = sinceSeconds !== undefined ? now - sinceSeconds * 1000 : sinceTime !== null && sinceTime !== '' ? Date.parse(sinceTime) : undefined;
  if ([tailLines, since, limitBytes].some((n) => Number.isNaN(n))) return undefined;
  const stream = query.get('stream') ?? 'All';
  if (stream !== 'All' && stream !== 'Stdout' && stream !== 'Stderr') return undefined;
  return { follow: isTrue(query.get('follow')), previous: isTrue(query.get('previous')), timestamps: isTrue(query.get('timestamps')), tailLines, since, limitBytes, stream };
}

const encoder = new TextEncoder();

/** Turns lines into bytes; a tail counts whole lines, not parts. */
export class LogFormatter {
  readonly #options: PodLogOptions;
  #left: number;
  #atLineStart = true;

  constructor(options: PodLogOptions) {
    this.#options = options;
    this.#left = options.limitBytes ?? Infinity;
  }

  /** Nothing more will be given. */
  get isFull(): boolean {
    return this.#left <= 0;
  }

  format(lines: readonly LogLine[]): Uint8Array {
    const chunks: Uint8Array[] = [];
    for (const line of lines) if (this.#wants(line)) this.#add(line, chunks);
    return Uint8Array.from(chunks.flatMap((c) => [...c]));
  }

  #wants({ time, stream }: LogLine): boolean {
    const { since, stream: wanted } = this.#options;
    return (since === undefined || time >= since) && (wanted === 'All' || (wanted === 'Stdout') === (stream === 'stdout'));
  }

  #add({ timestamp, text, partial }: LogLine, chunks: Uint8Array[]): void {
    if (this.#options.timestamps && this.#atLineStart) this.#push(encoder.encode(`${timestamp} `), chunks);
    this.#push(text, chunks);
    if (!partial) this.#push(Uint8Array.of(10), chunks);
    this.#atLineStart = !partial;
  }

  #push(bytes: Uint8Array, chunks: Uint8Array[]): void {
    if (this.#left <= 0) return;
    chunks.push(bytes.length > this.#left ? bytes.subarray(0, this.#left) : bytes);
    this.#left -= bytes.length;
  }
}

/** The last `count` whole lines with their parts. */
export function tailOf(lines: readonly LogLine[], count: number | undefined): readonly LogLine[] {
  if (count === undefined) return lines;
  let [at, left] = [lines.length, count];
  while (at > 0) {
    if (!(lines[at - 1] as LogLine).partial || at === lines.length) {
      if (left === 0) break;
      left--;
    }
    at--;
  }
  return lines.slice(at);
}
