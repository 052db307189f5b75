/** One simulated container: its state, its log, its files, and the processes played in it. */
import type { Clock, Timer } from '../../../component-base/clock.ts';
import type { Rand } from '../../../component-base/rand.ts';
import type { Files } from '../../volumes/files.ts';
import type { ContainerConfig, ContainerInfo, ContainerState, ContainerStatus, PodSandboxConfig } from '../interface.ts';
import { behaviourOf, type Behaviour } from './behaviour.ts';
import { LogBuffer } from './log-buffer.ts';
import { filesOfImage } from './image-files.ts';
import { noSignals } from './shell-programs.ts';
import { runCommand, type ProcessContext } from './shell.ts';

export interface ContainerHost {
  readonly clock: Clock;
  readonly files: Files;
  readonly rand: Rand;
  /** The digest that an image name has here. */
  imageRef(image: string): string;
  changed(container: SimulatedContainer, type: 'CONTAINER_CREATED_EVENT' | 'CONTAINER_STARTED_EVENT' | 'CONTAINER_STOPPED_EVENT' | 'CONTAINER_DELETED_EVENT'): void;
}

const STOPPED_BY_SIGTERM = 143;
const KILLED = 137;

export class SimulatedContainer {
  readonly id: string;
  readonly sandboxId: string;
  readonly config: ContainerConfig;
  readonly sandbox: PodSandboxConfig;
  readonly log = new LogBuffer();
  readonly #host: ContainerHost;
  readonly #behaviour: Behaviour;
  readonly #createdAt: number;
  /** Files that no mount holds. */
  readonly #own: Map<string, Uint8Array>;
  /** Of its main process. */
  readonly #signals = noSignals();
  /** Aborted when the container ends: played processes stop. */
  readonly #life = new AbortController();
  readonly #waiting: (() => void)[] = [];
  #timer: Timer | undefined;
  #stopTimer: Timer | undefined;
  #state: ContainerState = 'CONTAINER_CREATED';
  #startedAt = 0;
  #finishedAt = 0;
  #exitCode = 0;

  constructor(id: string, sandboxId: string, config: ContainerConfig, sandbox: PodSandboxConfig, host: ContainerHost) {
    this.id = id;
    this.sandboxId = sandboxId;
    this.config = config;
    this.sandbox = sandbox;
    this.#host = host;
    this.#own = filesOfImage(config.image.image);
    this.#behaviour = behaviourOf(config, sandbox);
    this.#createdAt = host.clock.now();
  }

  get running(): boolean {
    return this.#state === 'CONTAINER_RUNNING';
  }

  async start(): Promise<void> {
    const { clock } = this.#host;
    if (this.#behaviour.startAfterMs > 0) await clock.sleep(this.#behaviour.startAfterMs);
    this.#state = 'CONTAINER_RUNNING';
    this.#startedAt = clock.now();
    this.log.write(this.#startedAt, 'stdout', `container ${this.config.metadata.name} started from image ${this.#imageName()}\n`);
    for (const line of this.#behaviour.logs) this.log.write(this.#startedAt, 'stdout', `${line}\n`);
    this.#host.changed(this, 'CONTAINER_STARTED_EVENT');
    const { exit, argv } = this.#behaviour;
    if (exit) this.#timer = clock.after(exit.afterMs, () => this.#end(exit.code));
    else if (argv) void this.#playMain(argv);
  }

  /** Resolves when it has ended. */
  stop(timeoutSeconds: number): Promise<void> {
    if (!this.running) return Promise.resolve();
    const ended = new Promise<void>((resolve) => this.#waiting.push(resolve));
    const { stopAfterMs, argv } = this.#behaviour;
    if (this.#signals.trapped.has('TERM')) return this.#signalled(timeoutSeconds, ended);
    const inTime = stopAfterMs <= timeoutSeconds * 1000;
    const code = inTime ? (argv ? STOPPED_BY_SIGTERM : 0) : KILLED;
    this.#stopTimer?.stop();
    const wait = inTime ? stopAfterMs : timeoutSeconds * 1000;
    if (wait === 0) this.#end(code);
    else this.#stopTimer = this.#host.clock.after(wait, () => this.#end(code));
    return ended;
  }

  /** Its script decides when and how it ends, within the time that it is given. */
  #signalled(timeoutSeconds: number, ended: Promise<void>): Promise<void> {
    this.#signals.pending.add('TERM');
    this.#stopTimer?.stop();
    this.#stopTimer = this.#host.clock.after(timeoutSeconds * 1000, () => this.#end(KILLED));
    return ended;
  }

  kill(): void {
    if (this.running) this.#end(KILLED);
  }

  /** Resolves when the container is not running any more. */
  ended(): Promise<void> {
    return this.running ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve();
  }

  /** Runs a command in it with its environment and files; `out` gets what it writes. */
  exec(argv: readonly string[], stdin: AsyncIterable<Uint8Array> | undefined, out: ProcessContext['out']): Promise<number> {
    return runCommand(argv, {
      ...this.#context(out),
      signals: noSignals(),
      stdin,
      async unknown(words, shell) {
        await out(2, `sh: ${shell && words[0] === 'sh' ? 'syntax that the simulated runtime does not play' : `${words[0] ?? ''}: not found`}\n`);
        return 127;
      },
    });
  }

  /** Whether HTTP finds something at the path: the images that serve their files do not serve what was taken away. */
  serves(path: string): boolean {
    const { image } = this.config.image;
    return !filesOfImage(image).has(path) || this.#own.has(path);
  }

  info(): ContainerInfo {
    const { metadata, image, labels, annotations } = this.config;
    return { id: this.id, podSandboxId: this.sandboxId, metadata, image, imageRef: this.#host.imageRef(image.image), state: this.#state, createdAt: this.#createdAt, labels, annotations };
  }

  status(): ContainerStatus {
    const exited = this.#state === 'CONTAINER_EXITED';
    return {
      ...this.info(),
      image: { image: this.#imageName() },
      startedAt: this.#startedAt,
      finishedAt: this.#finishedAt,
      exitCode: this.#exitCode,
      reason: exited ? (this.#exitCode === 0 ? 'Completed' : 'Error') : '',
      message: '',
      mounts: this.config.mounts,
      logPath: '',
      user: { uid: this.config.linux.securityContext.runAsUser ?? 0, gid: this.config.linux.securityContext.runAsGroup ?? 0, supplementalGroups: this.config.linux.securityContext.supplementalGroups },
    };
  }

  #imageName(): string {
    return this.config.image.userSpecifiedImage ?? this.config.image.image;
  }

  async #playMain(argv: readonly string[]): Promise<void> {
    const ended = new Promise<never>((_, reject) => this.#life.signal.addEventListener('abort', () => reject(new Ended()), { once: true }));
    const context = this.#context(async (stream, text) => this.log.write(this.#host.clock.now(), stream === 1 ? 'stdout' : 'stderr', text));
    try {
      this.#end(await Promise.race([runCommand(argv, { ...context, signals: this.#signals, stdin: undefined, unknown: () => ended }), ended]));
    } catch (error) {
      if (error instanceof Ended || this.#life.signal.aborted) return;
      this.log.write(this.#host.clock.now(), 'stderr', `${error instanceof Error ? error.message : String(error)}\n`);
      this.#end(1);
    }
  }

  #end(code: number): void {
    if (!this.running) return;
    this.#timer?.stop();
    this.#stopTimer?.stop();
    this.#state = 'CONTAINER_EXITED';
    this.#finishedAt = this.#host.clock.now();
    this.#exitCode = code;
    this.#life.abort(new Ended());
    this.log.close();
    for (const resolve of this.#waiting.splice(0)) resolve();
    this.#host.changed(this, 'CONTAINER_STOPPED_EVENT');
  }

  #context(out: ProcessContext['out']): Omit<ProcessContext, 'stdin' | 'signals' | 'unknown'> {
    const { files, clock, rand } = this.#host;
    return {
      env: new Map([['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], ['HOSTNAME', this.sandbox.hostname], ...this.config.envs.map(({ key, value }): [string, string] => [key, value])]),
      out,
      readFile: async (path) => {
        const mounted = this.#mounted(path);
        return mounted === undefined ? this.#own.get(path) : files.read(mounted);
      },
      writeFile: async (path, bytes, append) => {
        const mounted = this.#mounted(path);
        if (mounted !== undefined) await files.write(mounted, bytes, { append });
        else this.#own.set(path, append ? Uint8Array.of(...(this.#own.get(path) ?? []), ...bytes) : bytes);
      },
      removeFile: async (path) => {
        const mounted = this.#mounted(path);
        if (mounted === undefined) return this.#own.delete(path);
        const present = (await files.kindOf(mounted)) !== undefined;
        if (present) await files.remove(mounted);
        return present;
      },
      sleep: (ms) => clock.sleep(ms, this.#life.signal),
      random: (n) => rand.int(n),
    };
  }

  /** The node's path of a container's path, by the longest mount that holds it. */
  #mounted(path: string): string | undefined {
    let best: { containerPath: string; hostPath: string } | undefined;
    for (const mount of this.config.mounts) {
      const holds = path === mount.containerPath || path.startsWith(mount.containerPath.endsWith('/') ? mount.containerPath : `${mount.containerPath}/`);
      if (holds && (best === undefined || mount.containerPath.length > best.containerPath.length)) best = mount;
    }
    return best && `${best.hostPath}${path.slice(best.containerPath.replace(/\/$/, '').length)}`;
  }
}

class Ended extends Error {
  override readonly name = 'Ended';
}
