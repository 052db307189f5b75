/** Structured logging as a dependency. `cmd` and `cluster` choose the sink; libraries only call these methods. Never pass a secret. */

export type Fields = Readonly<Record<string, unknown>>;

export interface Log {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  /** `error` keeps its cause chain in what is printed. */
  error(message: string, error: unknown, fields?: Fields): void;
  /** A logger whose lines carry `fields`, too. */
  with(fields: Fields): Log;
}

/** Says nothing. For tests and for embedding. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {}, with: () => silentLog };

export type Level = 'debug' | 'info' | 'warn' | 'error';
const SEVERITY: Record<Level, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/** One JSON line a message to `write`. */
export function jsonLog(write: (line: string) => void, now: () => number, level: Level = 'info', base: Fields = {}): Log {
  const emit = (at: Level, message: string, fields?: Fields): void => {
    if (SEVERITY[at] < SEVERITY[level]) return;
    write(JSON.stringify({ ts: new Date(now()).toISOString(), level: at, msg: message, ...base, ...fields }));
  };
  return {
    debug: (m, f) => emit('debug', m, f),
    info: (m, f) => emit('info', m, f),
    warn: (m, f) => emit('warn', m, f),
    error: (m, e, f) => emit('error', m, { ...f, err: describeError(e) }),
    with: (fields) => jsonLog(write, now, level, { ...base, ...fields }),
  };
}

/** An error with its causes on one line, without stacks. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describeError(error.cause)}`;
}
