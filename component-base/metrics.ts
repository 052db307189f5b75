/** Metrics under upstream's names, in Prometheus' text format. Made once per process part and handed in. Behaves like upstream component-base/metrics. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Metric } from 'prom-client';
import type { Clock } from './clock.ts';
import { CounterSeries, GaugeSeries, HistogramSeries, SeriesSet, type Labels, type Sample } from './metric-series.ts';

export interface Counter {
  /** The counter of these labels; hold on to it where it is counted often. */
  with(labels: Labels): { inc(by?: number): void };
}
export interface Gauge {
  /** The gauge of these labels. */
  with(labels: Labels): Level;
  /** Shows the gauge of these labels no more. */
  remove(labels: Labels): void;
}
export interface Level {
  set(value: number): void;
  /** Adds, `by` may be negative. */
  add(by: number): void;
}
export interface Histogram {
  /** The histogram of these labels; hold on to it where it is fed often. */
  with(labels: Labels): Observer;
}
export interface Observer {
  /** Of times: seconds. The same value may be observed several times at once. */
  observe(value: number, times?: number): void;
}

interface Sampled {
  all(): Iterable<{ samples(metricName: string): Iterable<Sample> }>;
}

export class Metrics {
  readonly #metrics = new Map<string, object>();

  /** A name that was registered before throws, as do the two methods below. */
  counter(name: string, help: string): Counter {
    return this.#add('counter', name, help, new SeriesSet((labels) => new CounterSeries(labels)));
  }

  gauge(name: string, help: string): Gauge {
    return this.#add('gauge', name, help, new SeriesSet((labels) => new GaugeSeries(labels)));
  }

  /** A gauge whose value is asked for at each scrape. */
  gaugeOf(name: string, help: string, value: () => number): void {
    this.#add('gauge', name, help, { all: () => [{ samples: (metricName) => [{ metricName, labels: {}, value: value() }] }] });
  }

  /** `buckets`: upper bounds, ascending. */
  histogram(name: string, help: string, buckets: readonly number[]): Histogram {
    return this.#add('histogram', name, help, new SeriesSet((labels) => new HistogramSeries(labels, buckets)));
  }

  /** What a registry asks of a metric is its name and, at a scrape, its samples. */
  #add<S extends Sampled>(type: 'counter' | 'gauge' | 'histogram', name: string, help: string, set: S): S {
    if (this.#metrics.has(name)) throw new Error(`a metric with the name ${name} has already been registered`);
    const get = (): object => ({ name, help, type, aggregator: 'sum', values: [...set.all()].flatMap((series) => [...series.samples(name)]) });
    this.#metrics.set(name, { name, help, type, aggregator: 'sum', get });
    return set;
  }

  /** The text of a scrape. */
  async text(): Promise<string> {
    const { Registry } = await import('prom-client');
    const registry = new Registry();
    for (const metric of this.#metrics.values()) registry.registerMetric(metric as Metric);
    return registry.metrics();
  }
}

/** The media type of `Metrics.text`. */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores';

const EVERY_MS = 1000;
const DELAY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** The loop is probed this often; it comes back that much later even when nothing holds it up. */
const PROBE_MS = 20;

/** What a monitor has counted since its last reset: node's IntervalHistogram. */
export interface Delays {
  readonly count: number;
  /** Nanoseconds by the percentage of samples that are no longer, ascending. */
  readonly percentiles: ReadonlyMap<number, number>;
}

/** Feeds each sample to the observer; those between two percentiles count as the longer one. */
export function observeDelays({ count, percentiles }: Delays, observer: Observer): void {
  let seen = 0;
  for (const [percentage, nanoseconds] of percentiles) {
    const upTo = Math.round((percentage / 100) * count);
    if (upTo > seen) observer.observe(Math.max(0, nanoseconds / 1e9 - PROBE_MS / 1e3), upTo - seen);
    seen = Math.max(seen, upTo);
  }
}

/** Records how long the event loop was held up as k8ts_event_loop_delay_seconds, from 50 probes a second; returns the function that ends it. */
export function recordEventLoopDelay(metrics: Metrics, clock: Clock): () => void {
  const histogram = metrics.histogram('k8ts_event_loop_delay_seconds', 'How long the event loop was held up, probed every 20 ms.', DELAY_BUCKETS).with({});
  const monitor = monitorEventLoopDelay({ resolution: PROBE_MS });
  monitor.enable();
  const timer = clock.every(EVERY_MS, () => {
    observeDelays(monitor, histogram);
    monitor.reset();
  });
  return () => {
    timer.stop();
    monitor.disable();
  };
}

/** What every process reports of itself: start, CPU and memory, under Prometheus' names. */
export function recordProcess(metrics: Metrics, startSeconds: number): void {
  metrics.gaugeOf('process_start_time_seconds', 'Start time of the process since unix epoch in seconds.', () => startSeconds);
  metrics.gaugeOf('process_cpu_seconds_total', 'Total user and system CPU time spent in seconds.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  metrics.gaugeOf('process_resident_memory_bytes', 'Resident memory size in bytes.', () => process.memoryUsage.rss());
}
