/** Watches Services and EndpointSlices and calls back when what is to be programmed may have changed, bursts together. */
import * as core from '../../apimachinery/types/core.gen.ts';
import * as discovery from '../../apimachinery/types/discovery.gen.ts';
import type { SharedInformers } from '../../client/interface.ts';
import type { Clock, Timer } from '../../component-base/clock.ts';
import type { EndpointSlice, Service } from './service-port.ts';

const SERVICE_NAME = 'kubernetes.io/service-name';
const BY_SERVICE = 'kube-proxy/service';

export interface TrackerOptions {
  readonly informers: SharedInformers;
  readonly clock: Clock;
  /** At most one call in so many milliseconds; the first comes at once. */
  readonly minSyncMs: number;
  onChange(): void;
}

export class Tracker {
  readonly #options: TrackerOptions;
  #timer: Timer | undefined;
  #lastSync = Number.NEGATIVE_INFINITY;

  constructor(options: TrackerOptions) {
    this.#options = options;
    const slices = options.informers.informer(discovery.EndpointSlice);
    slices.addIndex(BY_SERVICE, (s) => [`${s.metadata.namespace}/${s.metadata.labels?.[SERVICE_NAME] ?? ''}`]);
    const changed = (): void => this.#schedule();
    options.informers.informer(core.Service).addEventHandler({ onAdd: changed, onUpdate: changed, onDelete: changed });
    slices.addEventHandler({ onAdd: changed, onUpdate: changed, onDelete: changed });
  }

  services(): readonly Service[] {
    return this.#options.informers.informer(core.Service).lister.list();
  }

  slicesOf(service: Service): readonly EndpointSlice[] {
    return this.#options.informers.informer(discovery.EndpointSlice).lister.byIndex(BY_SERVICE, `${service.metadata.namespace}/${service.metadata.name}`);
  }

  close(): void {
    this.#timer?.stop();
  }

  #schedule(): void {
    if (this.#timer) return;
    const { clock, minSyncMs } = this.#options;
    const wait = Math.max(0, this.#lastSync + minSyncMs - clock.monotonic());
    this.#timer = clock.after(wait, () => {
      this.#timer = undefined;
      this.#lastSync = clock.monotonic();
      this.#options.onChange();
    });
  }
}
