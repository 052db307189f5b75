/** The engine's collector of garbage, where memory that it does not count calls for a collection. */

export interface Collector {
  /** Begins a collection of everything, most of which other threads do. */
  ask(): void;
}

/** The engine begins to collect when counted buffers of 64 MB were made since its last collection. */
const PRESSURE = 65 << 20;

export class EngineCollector implements Collector {
  readonly #collected: () => void;
  readonly #registry = new FinalizationRegistry<undefined>(() => this.#tell());

  /** `collected` is called after each collection of everything, whoever asked for it, while the collector is in use. */
  constructor(collected: () => void) {
    this.#collected = collected;
    this.#await();
  }

  /** Nothing tells the engine (V8) to collect without stopping everything meanwhile. So it is shown a large buffer, of which no page is touched, and which is gone at once: a closed port takes it along. */
  ask(): void {
    let pressure: ArrayBuffer;
    try {
      pressure = new ArrayBuffer(PRESSURE);
    } catch {
      // No address space is left: the engine collects all it can before it says so.
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.postMessage(pressure, [pressure]);
    port1.close();
    port2.close();
  }

  #tell(): void {
    this.#await();
    this.#collected();
  }

  #await(): void {
    this.#registry.register({}, undefined);
  }
}
