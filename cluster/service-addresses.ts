/** Well-known addresses within the service range. */

function toNumber(ip: string): number {
  return ip.split('.').reduce((n, part) => n * 256 + Number(part), 0);
}

function toText(n: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(n / 2 ** shift) % 256).join('.');
}

/** The nth address of an IPv4 range: 1 is the service `kubernetes`, 10 the cluster's DNS. */
export function nthAddress(cidr: string, n: number): string {
  return toText(toNumber(cidr.split('/')[0] ?? '') + n);
}
