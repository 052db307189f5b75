/** Pod addresses of a node: one from its pod CIDR for each sandbox, given back when it stops. */
import ipaddr from 'ipaddr.js';

function toNumber(bytes: readonly number[]): bigint {
  return bytes.reduce((n, b) => (n << 8n) | BigInt(b), 0n);
}

function toText(value: bigint, length: number): string {
  const bytes = Array.from({ length }, (_, i) => Number((value >> BigInt(8 * (length - 1 - i))) & 0xffn));
  return ipaddr.fromByteArray(bytes).toString();
}

export class AddressPool {
  readonly #base: bigint;
  readonly #size: bigint;
  readonly #length: number;
  readonly #used = new Set<bigint>();
  #next = 2n;

  /** Skips the network's address and the first one, which the bridge has on real nodes. */
  constructor(cidr: string) {
    const [address, prefix] = ipaddr.parseCIDR(cidr);
    const bytes = address.toByteArray();
    this.#length = bytes.length;
    this.#size = 1n << BigInt(8 * bytes.length - prefix);
    this.#base = (toNumber(bytes) / this.#size) * this.#size;
  }

  /** Undefined when none is left. Addresses just given back come last. */
  take(): string | undefined {
    for (let tried = 0n; tried < this.#size; tried++) {
      const offset = this.#next;
      this.#next = this.#next + 1n >= this.#size - 1n ? 2n : this.#next + 1n;
      if (offset >= this.#size - 1n || this.#used.has(offset)) continue;
      this.#used.add(offset);
      return toText(this.#base + offset, this.#length);
    }
    return undefined;
  }

  giveBack(address: string): void {
    this.#used.delete(toNumber(ipaddr.parse(address).toByteArray()) - this.#base);
  }
}
