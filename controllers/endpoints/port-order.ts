/** The order of ports in Endpoints and EndpointSlices: by hash, so that equal sets of ports look equal. Behaves like upstream portsByHash and portsInOrder. */

const OFFSET = 0x6c62272e07bb014262b821756295c58dn;
const PRIME = 0x0000000001000000000000000000013bn;
const MASK = (1n << 128n) - 1n;

/** FNV-1a with 128 bits, in hex. */
export function fnv128a(text: string): string {
  let hash = OFFSET;
  for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * PRIME) & MASK;
  return hash.toString(16).padStart(32, '0');
}

export interface Port {
  readonly name?: string;
  readonly port: number;
  readonly protocol: string;
  readonly appProtocol?: string;
}

const optional = (value: string | undefined): string => value ?? '<nil>';

/** How upstream prints a port of an EndpointSlice before hashing it. */
export function slicePortText(p: Port): string {
  return `(v1.EndpointPort){Name:(*string)${p.name ?? ''} Protocol:(*v1.Protocol)${p.protocol} Port:(*int32)${p.port} AppProtocol:(*string)${optional(p.appProtocol)}}`;
}

/** … and one of Endpoints. */
export function endpointsPortText(p: Port): string {
  return `(v1.EndpointPort){Name:(string)${p.name ?? ''} Port:(int32)${p.port} Protocol:(v1.Protocol)${p.protocol} AppProtocol:(*string)${optional(p.appProtocol)}}`;
}

export function sortedByHash<P>(ports: readonly P[], textOf: (port: P) => string): P[] {
  const hashed = ports.map((port) => ({ port, hash: fnv128a(textOf(port)) }));
  return hashed.sort((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0)).map(({ port }) => port);
}
