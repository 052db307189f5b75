/** The probes of the node's pods. Between podworkers/ (which adds pods), status/ (which asks for readiness) and worker.ts. Behaves like upstream pkg/kubelet/prober/prober_manager.go. */
import { containersOf, initContainersOf, isRestartableInit, type Container, type ContainerStatus, type Pod } from '../container/pod.ts';
import type { ProbeResults } from '../kuberuntime/actions.ts';
import type { ProbeType } from './results.ts';
import { ProbeWorker, type WorkerHost } from './worker.ts';

const TYPES: readonly ProbeType[] = ['startup', 'readiness', 'liveness'];
const probeOf = (container: Container, type: ProbeType) => (type === 'startup' ? container.startupProbe : type === 'readiness' ? container.readinessProbe : container.livenessProbe);
const idOf = (status: ContainerStatus): string => status.containerID?.replace(/^.*:\/\//, '') ?? '';

export class ProberManager implements ProbeResults {
  readonly #host: WorkerHost;
  /** By pod uid, then `container/type`. */
  readonly #workers = new Map<string, Map<string, ProbeWorker>>();

  constructor(host: Omit<WorkerHost, 'isStarted'>) {
    this.#host = { ...host, isStarted: (uid, name, id) => this.#isStarted(uid, name, id) };
  }

  /** Idempotent. */
  addPod(pod: Pod): void {
    const { uid } = pod.metadata;
    if (this.#workers.has(uid)) return;
    const workers = new Map<string, ProbeWorker>();
    for (const container of [...initContainersOf(pod).filter(isRestartableInit), ...containersOf(pod)]) {
      for (const type of TYPES) {
        const probe = probeOf(container, type);
        if (probe) workers.set(`${container.name}/${type}`, new ProbeWorker(type, pod, container, probe, this.#host));
      }
    }
    if (workers.size > 0) this.#workers.set(uid, workers);
  }

  removePod(uid: string): void {
    for (const worker of this.#workers.get(uid)?.values() ?? []) worker.stop();
    this.#workers.delete(uid);
  }

  /** A pod that ends is no longer restarted by its probes. */
  stopLivenessAndStartup(uid: string): void {
    const workers = this.#workers.get(uid);
    for (const [key, worker] of workers ?? []) {
      if (key.endsWith('/readiness')) continue;
      worker.stop();
      workers?.delete(key);
    }
  }

  liveness(containerId: string) {
    return this.#host.results.get('liveness', containerId);
  }

  startup(containerId: string) {
    return this.#host.results.get('startup', containerId);
  }

  /** Sets `started` and `ready`, and tells the workers what runs. */
  applyTo(pod: Pod, statuses: { readonly regular: ContainerStatus[]; readonly init: ContainerStatus[] }): void {
    for (const status of statuses.regular) this.#apply(pod, status);
    for (const status of statuses.init) {
      const spec = initContainersOf(pod).find((c) => c.name === status.name);
      if (spec && isRestartableInit(spec)) this.#apply(pod, status);
      else {
        status.started = status.state.running !== undefined;
        status.ready = status.state.terminated?.exitCode === 0;
      }
    }
  }

  #apply(pod: Pod, status: ContainerStatus): void {
    const { uid } = pod.metadata;
    const workers = this.#workers.get(uid);
    status.started = status.state.running !== undefined && this.#isStarted(uid, status.name, idOf(status));
    const readiness = workers?.get(`${status.name}/readiness`);
    status.ready = status.started && (this.#host.results.get('readiness', idOf(status)) === 'success' || !readiness);
    for (const type of TYPES) workers?.get(`${status.name}/${type}`)?.observe(pod, status);
  }

  #isStarted(uid: string, name: string, id: string): boolean {
    const result = this.#host.results.get('startup', id);
    return result === undefined ? !this.#workers.get(uid)?.has(`${name}/startup`) : result === 'success';
  }
}
