/** Cuts a range of addresses into blocks of one size and gives them out. Behaves like upstream pkg/controller/nodeipam/ipam/cidrset. */
import ipaddr from 'ipaddr.js';

function toNumber(bytes: readonly number[]): bigint {
  return bytes.reduce((n, byte) => (n << 8n) | BigInt(byte), 0n);
}

function toBytes(n: bigint, length: number): number[] {
  return Array.from({ length }, (_, i) => Number((n >> BigInt(8 * (length - 1 - i))) & 255n));
}

export class CidrSet {
  readonly #base: bigint;
  readonly #bytes: number;
  readonly #bits: number;
  readonly #count: number;
  readonly #used = new Set<number>();
  #next = 0;

  /** `maskSize`: of one block. */
  constructor(cidr: string, maskSize: number) {
    const [ip, prefix] = ipaddr.parseCIDR(cidr);
    const bytes = ip.toByteArray();
    this.#bytes = bytes.length;
    this.#bits = maskSize;
    const hostBits = BigInt(this.#bytes * 8 - prefix);
    this.#base = (toNumber(bytes) >> hostBits) << hostBits;
    if (maskSize < prefix) throw new Error(`a block of size /${maskSize} does not fit into ${cidr}`);
    this.#count = 2 ** Math.min(30, maskSize - prefix);
  }

  get isV6(): boolean {
    return this.#bytes === 16;
  }

  get text(): string {
    return ipaddr.fromByteArray(toBytes(this.#base, this.#bytes)).toString();
  }

  /** undefined when all are taken. Blocks come in order; one that was released is used again when the others are. */
  allocate(): string | undefined {
    for (let tried = 0; tried < this.#count; tried++) {
      const i = this.#next;
      this.#next = (this.#next + 1) % this.#count;
      if (this.#used.has(i)) continue;
      this.#used.add(i);
      return this.#textOf(i);
    }
    return undefined;
  }

  /** The block that `cidr` lies in is somebody's. False when it lies outside. */
  occupy(cidr: string): boolean {
    const i = this.#indexOf(cidr);
    if (i !== undefined) this.#used.add(i);
    return i !== undefined;
  }

  release(cidr: string): void {
    const i = this.#indexOf(cidr);
    if (i !== undefined) this.#used.delete(i);
  }

  #blockSize(): bigint {
    return 1n << BigInt(this.#bytes * 8 - this.#bits);
  }

  #indexOf(cidr: string): number | undefined {
    const bytes = ipaddr.parseCIDR(cidr)[0].toByteArray();
    if (bytes.length !== this.#bytes) return undefined;
    const i = (toNumber(bytes) - this.#base) / this.#blockSize();
    return i >= 0n && i < BigInt(this.#count) ? Number(i) : undefined;
  }

  #textOf(i: number): string {
    return `${ipaddr.fromByteArray(toBytes(this.#base + BigInt(i) * this.#blockSize(), this.#bytes)).toString()}/${this.#bits}`;
  }
}
