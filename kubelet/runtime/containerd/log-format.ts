/** The lines of CRI log files. Pure. Behaves like upstream pkg/kubelet/kuberuntime/logs parseCRILog. */
import type { LogLine } from '../interface.ts';

const SPACE = 32;
const decoder = new TextDecoder();

/** `2016-10-06T00:17:09.669794202Z stdout F text`; undefined when it is no such line. */
export function parseLogLine(line: Uint8Array): LogLine | undefined {
  const first = line.indexOf(SPACE);
  const second = line.indexOf(SPACE, first + 1);
  const third = line.indexOf(SPACE, second + 1);
  if (first < 0 || second < 0) return undefined;
  const timestamp = decoder.decode(line.subarray(0, first));
  const stream = decoder.decode(line.subarray(first + 1, second));
  const tags = decoder.decode(line.subarray(second + 1, third < 0 ? line.length : third));
  const time = Date.parse(timestamp);
  if (Number.isNaN(time) || (stream !== 'stdout' && stream !== 'stderr')) return undefined;
  return { time, timestamp, stream, partial: tags.split(':')[0] === 'P', text: third < 0 ? new Uint8Array(0) : line.slice(third + 1) };
}

/** Cuts chunks into lines, keeping what is not yet complete. */
export class LineSplitter {
  #rest: Uint8Array = new Uint8Array(0);

  push(chunk: Uint8Array): LogLine[] {
    const all = this.#rest.length === 0 ? chunk : Uint8Array.from([...this.#rest, ...chunk]);
    const lines: LogLine[] = [];
    let at = 0;
    for (let end = all.indexOf(10, at); end >= 0; end = all.indexOf(10, at)) {
      const line = parseLogLine(all.subarray(at, end));
      if (line) lines.push(line);
      at = end + 1;
    }
    this.#rest = all.slice(at);
    return lines;
  }
}
