/** The latest result of each kind of probe, by container id. Behaves like upstream pkg/kubelet/prober/results. */
export type ProbeType = 'liveness' | 'readiness' | 'startup';
export type Result = 'success' | 'failure' | 'unknown';

export class ProbeResultsCache {
  readonly #results = new Map<string, Result>();
  readonly #onChange: (podUid: string, type: ProbeType) => void;

  /** `onChange`: a result differs from the one before. */
  constructor(onChange: (podUid: string, type: ProbeType) => void) {
    this.#onChange = onChange;
  }

  get(type: ProbeType, containerId: string): Result | undefined {
    return this.#results.get(`${type}/${containerId}`);
  }

  set(type: ProbeType, containerId: string, podUid: string, result: Result): void {
    const key = `${type}/${containerId}`;
    if (this.#results.get(key) === result) return;
    this.#results.set(key, result);
    this.#onChange(podUid, type);
  }

  remove(type: ProbeType, containerId: string): void {
    this.#results.delete(`${type}/${containerId}`);
  }
}
