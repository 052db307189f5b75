/** Times in milliseconds, counted exactly enough: 1 ms steps to 10 s. */

const STEPS = 10_000;

export class Lateness {
  readonly #steps = new Uint32Array(STEPS + 1);
  #max = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get max(): number {
    return this.#max;
  }

  add(ms: number): void {
    const step = Math.min(STEPS, Math.max(0, Math.ceil(ms)));
    this.#steps[step] = (this.#steps[step] ?? 0) + 1;
    this.#count++;
    if (ms > this.#max) this.#max = ms;
  }

  /** `share`: 0.99 for the 99th percentile. */
  percentile(share: number): number {
    let left = Math.ceil(this.#count * share);
    for (const [ms, count] of this.#steps.entries()) {
      left -= count;
      if (left <= 0) return ms;
    }
    return STEPS;
  }
}
