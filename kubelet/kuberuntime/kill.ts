/** Ends containers and pods: hooks, order, grace. Behaves like upstream pkg/kubelet/kuberuntime killContainer and killPodWithSyncResult. */
import type { PodRuntimeStatus } from '../container/pod-runtime-status.ts';
import { findContainer, hasRestartableInit, type Container, type Pod } from '../container/pod.ts';
import type { RuntimeHost } from './host.ts';
import type { KillReason } from './actions.ts';
import { TerminationOrder } from './termination-order.ts';

/** No container gets less, so that it need not be killed hard. Seconds. */
const MINIMUM_GRACE = 2;

export interface KillRequest {
  readonly pod: Pod;
  readonly id: string;
  readonly name: string;
  readonly message: string;
  readonly reason: KillReason;
  readonly podIP: string;
  /** Seconds; else what pod and probe say. */
  readonly gracePeriod?: number | undefined;
  readonly order?: TerminationOrder | undefined;
  /** Aborted when a shorter grace takes over: waiting ends, the container is asked again by the next call. */
  readonly signal?: AbortSignal | undefined;
}

/** Seconds. */
export function terminationGracePeriod(pod: Pod, container: Container | undefined, reason: KillReason): number {
  if (pod.metadata.deletionGracePeriodSeconds !== undefined) return pod.metadata.deletionGracePeriodSeconds;
  const ofPod = pod.spec.terminationGracePeriodSeconds;
  if (ofPod === undefined) return MINIMUM_GRACE;
  const probe = reason === 'StartupProbe' ? container?.startupProbe : reason === 'LivenessProbe' ? container?.livenessProbe : undefined;
  return probe?.terminationGracePeriodSeconds ?? ofPod;
}

export async function killContainer(request: KillRequest, host: RuntimeHost): Promise<void> {
  const { pod, id, name, reason, order, signal } = request;
  const container = findContainer(pod, name);
  host.event(pod, 'Normal', 'Killing', request.message === '' ? `Stopping container ${name}` : request.message, name);
  let grace = request.gracePeriod ?? terminationGracePeriod(pod, container, reason);
  const since = host.clock.monotonic();
  const left = (): number => Math.ceil(grace - (host.clock.monotonic() - since) / 1000);
  if (container?.lifecycle?.preStop && grace > 0) await preStop(request, container, grace, host);
  if (order && left() > 0) await order.waitForTurn(name, left() * 1000, host.clock);
  grace = Math.max(MINIMUM_GRACE, left());
  const stopped = host.runtime.runtime.stopContainer(id, grace);
  await (signal ? Promise.race([stopped, aborted(signal)]) : stopped);
  order?.terminated(name);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

/** Ends with the hook, or with the grace period. */
async function preStop({ pod, id, podIP, signal }: KillRequest, container: Container, seconds: number, host: RuntimeHost): Promise<void> {
  const handler = container.lifecycle?.preStop;
  if (!handler) return;
  const stop = new AbortController();
  const timer = host.clock.after(seconds * 1000, () => stop.abort(new Error('the grace period is over')));
  const limit = signal ? AbortSignal.any([stop.signal, signal]) : stop.signal;
  try {
    await Promise.race([host.handlers.run(id, pod, container, handler, podIP, limit), aborted(limit)]);
  } catch (error) {
    if (!limit.aborted) {
      host.log.warn('PreStop hook failed', { pod: pod.metadata.name, container: container.name, why: error instanceof Error ? error.message : String(error) });
      host.event(pod, 'Warning', 'FailedPreStopHook', 'PreStopHook failed', container.name);
    }
  } finally {
    timer.stop();
  }
}

/** Ends every running container, then stops the sandboxes. Throws the first failure. */
export async function killPod(pod: Pod, status: PodRuntimeStatus, host: RuntimeHost, options: { readonly gracePeriod?: number | undefined; readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
  const running = status.containers.filter((c) => c.state === 'running' || c.state === 'unknown');
  const order = hasRestartableInit(pod) ? new TerminationOrder(pod, running.map((c) => c.name)) : undefined;
  const kills = running.map((c) => killContainer({ pod, id: c.id, name: c.name, message: '', reason: 'Unknown', podIP: status.ips[0] ?? '', ...options, order }, host));
  const failed = (await Promise.allSettled(kills)).find((s) => s.status === 'rejected');
  if (failed) throw failed.reason;
  for (const sandbox of status.sandboxes) await host.runtime.runtime.stopPodSandbox(sandbox.id);
}
