/** Runs postStart and preStop hooks. Used by kuberuntime/. Behaves like upstream pkg/kubelet/lifecycle/handlers.go. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Clock } from '../../component-base/clock.ts';
import { formatPod, type Container, type Pod } from '../container/pod.ts';
import { containerPort, httpProbeOf } from '../prober/targets.ts';
import type { PodNetwork, StreamingService } from '../runtime/interface.ts';

export type Handler = DeepReadonly<core.LifecycleHandler>;
const HOOK_TIMEOUT_MS = 30_000;
const decoder = new TextDecoder();

export interface HandlerRunner {
  /** Throws with what went wrong. */
  run(containerId: string, pod: Pod, container: Container, handler: Handler, podIP: string, signal?: AbortSignal): Promise<void>;
}

export function newHandlerRunner(streaming: StreamingService, network: PodNetwork, clock: Clock): HandlerRunner {
  return {
    async run(containerId, pod, container, handler, podIP, signal) {
      if (handler.exec) {
        const { exitCode, stdout, stderr } = await streaming.execSync(containerId, handler.exec.command ?? [], 0);
        if (exitCode !== 0) throw new Error(`Exec lifecycle hook (${JSON.stringify(handler.exec.command ?? [])}) for Container "${container.name}" in Pod "${formatPod(pod)}" failed - error: command exited with ${exitCode}: ${decoder.decode(stderr)}, message: "${decoder.decode(stdout)}"`);
      } else if (handler.httpGet) {
        const { status } = await network.http({ ...httpProbeOf(handler.httpGet, container, podIP, HOOK_TIMEOUT_MS), timeoutMs: HOOK_TIMEOUT_MS });
        if (status >= 400) throw new Error(`HTTP lifecycle hook (${handler.httpGet.path ?? '/'}) for Container "${container.name}" in Pod "${formatPod(pod)}" failed - the answer had status ${status}`);
      } else if (handler.sleep) {
        await clock.sleep(handler.sleep.seconds * 1000, signal);
      } else if (handler.tcpSocket) {
        await network.tcp(handler.tcpSocket.host || podIP, containerPort(handler.tcpSocket.port, container), HOOK_TIMEOUT_MS);
      } else throw new Error(`invalid handler: ${JSON.stringify(handler)}`);
    },
  };
}
