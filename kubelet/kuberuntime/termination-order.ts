/** Sidecars stop after the regular containers, in the reverse of the order in which they started. Behaves like upstream pkg/kubelet/kuberuntime/kuberuntime_termination_order.go. */
import type { Clock } from '../../component-base/clock.ts';
import { containersOf, initContainersOf, isRestartableInit, type Pod } from '../container/pod.ts';

export class TerminationOrder {
  readonly #done = new Map<string, { promise: Promise<void>; resolve: () => void }>();
  /** Whom each name waits for. */
  readonly #before = new Map<string, readonly string[]>();

  constructor(pod: Pod, running: readonly string[]) {
    for (const name of running) {
      let resolve = (): void => undefined;
      const promise = new Promise<void>((r) => (resolve = r));
      this.#done.set(name, { promise, resolve });
    }
    const regular = containersOf(pod).map((c) => c.name);
    const sidecars = initContainersOf(pod).filter(isRestartableInit).map((c) => c.name);
    sidecars.forEach((name, i) => this.#before.set(name, [...regular, ...sidecars.slice(i + 1)]));
  }

  /** Resolves at its turn, or after `ms`. */
  async waitForTurn(name: string, ms: number, clock: Clock): Promise<void> {
    const others = (this.#before.get(name) ?? []).flatMap((n) => this.#done.get(n)?.promise ?? []);
    if (others.length === 0) return;
    await new Promise<void>((resolve) => {
      const timer = clock.after(ms, resolve);
      void Promise.all(others).then(() => {
        timer.stop();
        resolve();
      });
    });
  }

  terminated(name: string): void {
    this.#done.get(name)?.resolve();
  }
}
