/** The numbers behind one set of labels of a counter or histogram, kept so that counting costs an addition. Read by ./metrics.ts at each scrape. */

export type Labels = Readonly<Record<string, string | number>>;

/** One line of a scrape, as prom-client prints it. */
export interface Sample {
  readonly metricName: string;
  readonly labels: Labels;
  readonly value: number;
}

function identityOf(labels: Labels): string {
  return Object.keys(labels)
    .sort()
    .map((name) => `${name}=${labels[name]}`)
    .join('\n');
}

/** The series of one metric by their labels: the same labels are the same series. */
export class SeriesSet<S> {
  readonly #make: (labels: Labels) => S;
  readonly #byLabels = new Map<string, S>();

  constructor(make: (labels: Labels) => S) {
    this.#make = make;
  }

  with(labels: Labels): S {
    const id = identityOf(labels);
    let series = this.#byLabels.get(id);
    if (series === undefined) this.#byLabels.set(id, (series = this.#make(labels)));
    return series;
  }

  remove(labels: Labels): void {
    this.#byLabels.delete(identityOf(labels));
  }

  all(): Iterable<S> {
    return this.#byLabels.values();
  }
}

export class CounterSeries {
  readonly #labels: Labels;
  #value = 0;

  constructor(labels: Labels) {
    this.#labels = labels;
  }

  get value(): number {
    return this.#value;
  }

  inc(by = 1): void {
    this.#value += by;
  }

  *samples(metricName: string): Generator<Sample> {
    yield { metricName, labels: this.#labels, value: this.#value };
  }
}

export class GaugeSeries extends CounterSeries {
  set(value: number): void {
    this.inc(value - this.value);
  }

  add(by: number): void {
    this.inc(by);
  }
}

export class HistogramSeries {
  readonly #labels: Labels;
  readonly #bounds: readonly number[];
  /** Of each bound alone; the last one's are those beyond all bounds. */
  readonly #counts: number[];
  #sum = 0;

  /** `bounds`: ascending. */
  constructor(labels: Labels, bounds: readonly number[]) {
    this.#labels = labels;
    this.#bounds = bounds;
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number, times = 1): void {
    let at = 0;
    while (at < this.#bounds.length && value > (this.#bounds[at] as number)) at++;
    this.#counts[at] = (this.#counts[at] as number) + times;
    this.#sum += value * times;
  }

  /** Buckets hold what the ones before them hold, too. */
  *samples(name: string): Generator<Sample> {
    let count = 0;
    for (const [i, of] of this.#counts.entries()) {
      count += of;
      yield { metricName: `${name}_bucket`, labels: { le: this.#bounds[i] ?? '+Inf', ...this.#labels }, value: count };
    }
    yield { metricName: `${name}_sum`, labels: this.#labels, value: this.#sum };
    yield { metricName: `${name}_count`, labels: this.#labels, value: count };
  }
}
