/** The audit as a file of JSON lines (`--audit-log-path`). Behaves like upstream's log backend in mode blocking: a line is written before the answer goes out. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { AuditSink } from '../api/audit/interface.ts';
import { jsonLinesSink } from '../api/audit/json-lines.ts';
import type { Log } from '../component-base/log.ts';

export interface AuditLog {
  readonly sink: AuditSink;
  close(): void;
}

const STANDARD_OUTPUT = 1;

/** `path`: appended to, made with mode 600; `-`: standard output. Throws when it cannot be opened; a line that cannot be written is logged instead. */
export function openAuditLog(path: string, log: Log): AuditLog {
  const fd = path === '-' ? STANDARD_OUTPUT : openSync(path, 'a', 0o600);
  const write = (line: string): void => {
    try {
      writeSync(fd, line);
    } catch (error) {
      log.error('the audit log could not be written', error, { path });
    }
  };
  return { sink: jsonLinesSink(write), close: () => (fd === STANDARD_OUTPUT ? undefined : closeSync(fd)) };
}
