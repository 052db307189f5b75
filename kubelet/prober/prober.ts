/** Runs one probe of a container. Behaves like upstream pkg/kubelet/prober/prober.go and pkg/probe. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { expand } from '../environment/expansion.ts';
import type { Container } from '../container/pod.ts';
import { RuntimeError, type PodNetwork, type StreamingService } from '../runtime/interface.ts';
import { containerPort, httpProbeOf } from './targets.ts';

export type Probe = DeepReadonly<core.Probe>;
export interface Outcome {
  readonly result: 'success' | 'warning' | 'failure';
  readonly output: string;
}
export interface ProbeTarget {
  readonly container: Container;
  readonly containerId: string;
  readonly podIP: string;
}

const MAX_OUTPUT = 10 * 1024;
const MAX_TRIES = 3;
const decoder = new TextDecoder();
const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export class Prober {
  readonly #streaming: StreamingService;
  readonly #network: PodNetwork;

  constructor(streaming: StreamingService, network: PodNetwork) {
    this.#streaming = streaming;
    this.#network = network;
  }

  /** Rejects when it could not be run. */
  async probe(probe: Probe, target: ProbeTarget): Promise<Outcome> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#run(probe, target);
      } catch (error) {
        if (tries >= MAX_TRIES) throw error;
      }
    }
  }

  #run(probe: Probe, target: ProbeTarget): Promise<Outcome> {
    const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
    const { container, podIP } = target;
    if (probe.exec) return this.#exec(probe.exec.command ?? [], timeoutMs, target);
    if (probe.httpGet) return this.#http(httpProbeOf(probe.httpGet, container, podIP, timeoutMs));
    if (probe.tcpSocket) return asOutcome(this.#network.tcp(probe.tcpSocket.host || podIP, containerPort(probe.tcpSocket.port, container), timeoutMs));
    if (probe.grpc) return this.#grpc(podIP, probe.grpc.port, probe.grpc.service ?? '', timeoutMs);
    return Promise.reject(new Error(`missing probe handler for ${container.name}`));
  }

  async #exec(command: readonly string[], timeoutMs: number, { container, containerId }: ProbeTarget): Promise<Outcome> {
    const env = new Map((container.env ?? []).map((e) => [e.name, e.value ?? '']));
    try {
      const { exitCode, stdout, stderr } = await this.#streaming.execSync(containerId, command.map((c) => expand(c, (n) => env.get(n))), timeoutMs / 1000);
      return { result: exitCode === 0 ? 'success' : 'failure', output: (decoder.decode(stdout) + decoder.decode(stderr)).slice(0, MAX_OUTPUT) };
    } catch (error) {
      if (error instanceof RuntimeError && error.code === 'DeadlineExceeded') return { result: 'failure', output: error.message };
      throw error;
    }
  }

  async #http(request: Parameters<PodNetwork['http']>[0]): Promise<Outcome> {
    try {
      const { status, body } = await this.#network.http(request);
      if (status >= 200 && status < 300) return { result: 'success', output: body };
      if (status >= 300 && status < 400) return { result: 'warning', output: `Probe terminated redirects, Response body: ${body}` };
      return { result: 'failure', output: `HTTP probe failed with statuscode: ${status}` };
    } catch (error) {
      return { result: 'failure', output: `Get "${request.scheme}://${request.host.includes(':') ? `[${request.host}]` : request.host}:${request.port}${request.path}": ${textOf(error)}` };
    }
  }

  async #grpc(host: string, port: number, service: string, timeoutMs: number): Promise<Outcome> {
    try {
      const status = await this.#network.grpc(host, port, service, timeoutMs);
      return status === 'SERVING' ? { result: 'success', output: 'service healthy' } : { result: 'failure', output: `service unhealthy (responded with "${status}")` };
    } catch (error) {
      return { result: 'failure', output: textOf(error) };
    }
  }
}

async function asOutcome(run: Promise<void>): Promise<Outcome> {
  try {
    await run;
    return { result: 'success', output: '' };
  } catch (error) {
    return { result: 'failure', output: textOf(error) };
  }
}
