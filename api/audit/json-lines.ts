/** An audit sink that writes one JSON line per event. Behaves like upstream apiserver/plugin/pkg/audit/log. */
import type { AuditSink } from './interface.ts';

/** `write` takes a line with its end; it buffers and reports its own failures. */
export function jsonLinesSink(write: (line: string) => void): AuditSink {
  return (event) => write(`${JSON.stringify(event)}\n`);
}
