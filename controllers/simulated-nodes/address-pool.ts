/** Addresses of simulated pods. */

interface Range {
  readonly first: bigint;
  readonly count: bigint;
  readonly v6: boolean;
  next: bigint;
}

/** Taken when a node's own range is used up. */
const OVERFLOW = '100.64.0.0/10';

function parseV6(text: string): bigint {
  const [head = '', tail] = text.split('::');
  const groups = (part: string | undefined): string[] => (part === undefined || part === '' ? [] : part.split(':'));
  const [front, back] = [groups(head), groups(tail)];
  const zeros = tail === undefined ? [] : Array<string>(8 - front.length - back.length).fill('0');
  return [...front, ...zeros, ...back].reduce((n, group) => (n << 16n) | BigInt(`0x${group}`), 0n);
}

function parseRange(cidr: string): Range {
  const [ip = '', bits = ''] = cidr.split('/');
  const v6 = ip.includes(':');
  const base = v6 ? parseV6(ip) : ip.split('.').reduce((n, part) => (n << 8n) | BigInt(part), 0n);
  const host = BigInt(v6 ? 128 : 32) - BigInt(bits);
  return { first: base, count: 1n << host, v6, next: 1n };
}

function textOf({ v6 }: Range, address: bigint): string {
  if (!v6) return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 255n)).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((address >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  return groups.join(':').replace(/(^|:)0(:0)+(:|$)/, '::');
}

export class AddressPool {
  readonly #ranges = new Map<string, Range>();
  readonly #taken = new Set<string>();

  /** The address is somebody's. */
  take(ip: string): void {
    this.#taken.add(ip);
  }

  give(ip: string): void {
    this.#taken.delete(ip);
  }

  /** The next free address of `cidr`: neither the network's, nor the gateway's, nor the broadcast address. */
  allocate(cidr: string): string {
    let range = this.#ranges.get(cidr);
    if (!range) this.#ranges.set(cidr, (range = parseRange(cidr)));
    for (let tried = 2n; tried < range.count; tried++) {
      range.next = range.next + 1n >= range.count - 1n ? 2n : range.next + 1n;
      const ip = textOf(range, range.first + range.next);
      if (this.#taken.has(ip)) continue;
      this.#taken.add(ip);
      return ip;
    }
    if (cidr === OVERFLOW) throw new Error('no address is left for simulated pods');
    return this.allocate(OVERFLOW);
  }
}
