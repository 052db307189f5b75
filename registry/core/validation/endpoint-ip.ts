/** Addresses that traffic may be sent to. Behaves like upstream pkg/apis/core/validation/validation.go (ValidateEndpointIP). */
import { invalid, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { parseIP } from './ip.ts';

interface Rule {
  readonly text: string;
  readonly v4: readonly [net: number, bits: number];
  readonly v6: readonly [net: bigint, bits: number];
}

const RULES: readonly Rule[] = [
  { text: 'may not be in the loopback range (127.0.0.0/8, ::1/128)', v4: [127, 8], v6: [1n, 128] },
  { text: 'may not be in the link-local range (169.254.0.0/16, fe80::/10)', v4: [0xa9fe, 16], v6: [0xfe80n >> 6n, 10] },
  { text: 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)', v4: [0xe00000, 24], v6: [0xff02n, 16] },
];

export function endpointIP(text: string, path: Path): FieldError[] {
  const ip = parseIP(text);
  if (!ip) return [invalid(path, text, 'must be a valid IP address')];
  const isV4 = ip.family === 4;
  const isIn = ({ v4, v6 }: Rule): boolean =>
    isV4 ? ip.value >> BigInt(32 - v4[1]) === BigInt(v4[0]) : ip.value >> BigInt(128 - v6[1]) === v6[0];
  return [
    ...(ip.value === 0n ? [invalid(path, text, `may not be unspecified (${text})`)] : []),
    ...RULES.filter(isIn).map((r) => invalid(path, text, r.text)),
  ];
}
