/** A HistoryServer in a process of its own, that can be killed: calls go and come as messages between the two. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { HistoryServer, Listed, WatchCall } from './server.ts';
import type { Result, Standing } from './linearizability.ts';
import type { Change, Content, Selector, Told } from './watch-model.ts';

/** From the parent. A watch is aborted by its id. */
export type Call = { readonly id: number; readonly method: string; readonly args: readonly unknown[] } | { readonly abort: number };
/** From the child: the result of a call, or what a watch was told. The first message has neither. */
export interface Reply {
  readonly id?: number;
  readonly value?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
  readonly told?: readonly Told[];
}

class RemoteError extends Error {
  override readonly name = 'RemoteError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
  onTold?(told: readonly Told[]): void;
}

export class RemoteServer implements HistoryServer {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #exited: Promise<unknown>;
  #next = 1;

  /** Starts the program, which must call `answer`; resolves when it serves. */
  static async start(program: string, args: readonly string[], execArgv: readonly string[]): Promise<RemoteServer> {
    const child = fork(program, [...args], { execArgv: [...execArgv], stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env: { ...process.env, NODE_OPTIONS: '' } });
    const ready = once(child, 'message');
    const exited = once(child, 'exit');
    await Promise.race([ready, exited.then(() => Promise.reject(new Error(`${program} ended before it served`)))]);
    return new RemoteServer(child, exited);
  }

  private constructor(child: ChildProcess, exited: Promise<unknown>) {
    this.#process = child;
    this.#exited = exited;
    child.on('message', (reply: Reply) => this.#take(reply));
    void exited.then(() => this.#lose());
  }

  /** Resolves when the process is gone. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exited;
  }

  write(id: Pick<Content, 'namespace' | 'name'>, expected: number, content: Content | undefined): Promise<Result> {
    return this.#call('write', [id, expected, content ?? null]) as Promise<Result>;
  }

  read(key: string, from: 'cache' | 'store'): Promise<Standing | undefined> {
    return this.#call('read', [key, from]) as Promise<Standing | undefined>;
  }

  list(selector: Selector, at?: number): Promise<Listed> {
    return this.#call('list', at === undefined ? [selector] : [selector, at]) as Promise<Listed>;
  }

  async watch({ selector, from, signal, onTold }: WatchCall): Promise<string | undefined> {
    const id = this.#next;
    const abort = (): void => this.#send({ abort: id });
    signal.addEventListener('abort', abort);
    try {
      return ((await this.#call('watch', [selector, from], onTold)) ?? undefined) as string | undefined;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  changes(after: number): Promise<readonly Change[]> {
    return this.#call('changes', [after]) as Promise<readonly Change[]>;
  }

  async compact(upTo: number): Promise<void> {
    await this.#call('compact', [upTo]);
  }

  async close(): Promise<void> {
    if (!this.#process.connected) return;
    await this.#call('close', []);
    this.#process.disconnect();
    await this.#exited;
  }

  #call(method: string, args: readonly unknown[], onTold?: (told: readonly Told[]) => void): Promise<unknown> {
    const id = this.#next++;
    if (!this.#process.connected) return Promise.reject(new RemoteError('Unavailable', 'the process is gone'));
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, ...(onTold && { onTold }) });
      this.#send({ id, method, args });
    });
  }

  /** What cannot be sent is answered by the end of the process. */
  #send(call: Call): void {
    if (this.#process.connected) this.#process.send(call, () => undefined);
  }

  #take({ id = 0, value, error, told }: Reply): void {
    const waiting = this.#waiting.get(id);
    if (told) return waiting?.onTold?.(told);
    this.#waiting.delete(id);
    if (error) waiting?.reject(new RemoteError(error.code, error.message));
    else waiting?.resolve(value ?? undefined);
  }

  #lose(): void {
    for (const waiting of this.#waiting.values()) waiting.reject(new RemoteError('Lost', 'the process was killed'));
    this.#waiting.clear();
  }
}

/** In the child: answers the parent's calls with a server. */
export function answer(server: HistoryServer): void {
  const send = (reply: Reply): void => void process.send?.(reply);
  const watches = new Map<number, AbortController>();
  const methods: Readonly<Record<string, (id: number, args: readonly never[]) => Promise<unknown>>> = {
    write: (_, [id, expected, content]: readonly never[]) => server.write(id as never, expected as never, content ?? undefined),
    read: (_, [key, from]) => server.read(key as never, from as never),
    list: (_, [selector, at]) => server.list(selector as never, at),
    changes: (_, [after]) => server.changes(after as never),
    compact: (_, [upTo]) => server.compact(upTo as never),
    close: () => server.close(),
    async watch(id, [selector, from]) {
      const abort = new AbortController();
      watches.set(id, abort);
      return server.watch({ selector: selector as never, from: from as never, signal: abort.signal, onTold: (told) => send({ id, told }) });
    },
  };
  process.on('message', (call: Call) => {
    if ('abort' in call) return watches.get(call.abort)?.abort(new Error('aborted'));
    const { id, method, args } = call;
    const failed = (error: Error & { code?: string }): void => send({ id, error: { code: error.code ?? 'unknown', message: error.message } });
    methods[method]?.(id, args as readonly never[]).then((value) => send({ id, value: value ?? null }), failed);
  });
  process.once('disconnect', () => process.exit(0));
  send({});
}
