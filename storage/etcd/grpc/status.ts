/** How a call ends (gRPC's status codes), and what goes wrong on the way. Behaves like upstream google.golang.org/grpc/codes. */

export const Status = {
  ok: 0,
  canceled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  outOfRange: 11,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  dataLoss: 15,
  unauthenticated: 16,
} as const;

/** As Go prints them. */
const NAMES = Object.keys(Status).map((name) => (name === 'ok' ? 'OK' : name[0]?.toUpperCase() + name.slice(1)));

export class GrpcError extends Error {
  override readonly name = 'GrpcError';
  readonly code: number;
  /** The server has certainly not begun with it. */
  readonly isUnsent: boolean;

  /** `details`: the words of the server, or of what failed on the way to it. */
  constructor(code: number, details: string, options: { readonly isUnsent?: boolean; readonly cause?: unknown } = {}) {
    super(details, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.isUnsent = options.isUnsent ?? false;
  }

  get codeName(): string {
    return NAMES[this.code] ?? `Code(${this.code})`;
  }
}

/** From a reset stream (RFC 9113, section 7, to gRPC's mapping). */
export function errorOfReset(code: number): GrpcError {
  const details = `stream terminated by RST_STREAM with error code: ${code}`;
  if (code === 7) return new GrpcError(Status.unavailable, details, { isUnsent: true });
  return new GrpcError(RESETS[code] ?? Status.internal, details);
}

const RESETS: Readonly<Record<number, number>> = { 8: Status.canceled, 11: Status.resourceExhausted, 12: Status.permissionDenied };

/** From an answer that is none of gRPC's: a proxy's. */
export function errorOfHttp(status: string): GrpcError {
  const details = `unexpected HTTP status code received from server: ${status}`;
  return new GrpcError(HTTP[status] ?? Status.unknown, details);
}

const HTTP: Readonly<Record<string, number>> = {
  400: Status.internal,
  401: Status.unauthenticated,
  403: Status.permissionDenied,
  404: Status.unimplemented,
  429: Status.unavailable,
  502: Status.unavailable,
  503: Status.unavailable,
  504: Status.unavailable,
};

/** From the headers that end a call; undefined: it went well. */
export function errorOfTrailers(trailers: ReadonlyMap<string, string>): GrpcError | undefined {
  const status = trailers.get('grpc-status');
  if (status === undefined) {
    const http = trailers.get(':status');
    return http !== undefined && http !== '200' ? errorOfHttp(http) : new GrpcError(Status.unknown, 'the server ended the call without a status');
  }
  if (status === '0') return undefined;
  return new GrpcError(Number(status), unescaped(trailers.get('grpc-message') ?? ''));
}

/** Bytes outside of printable ASCII are sent as `%XX`. */
function unescaped(text: string): string {
  if (!text.includes('%')) return text;
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const hex = text[i] === '%' ? /^[0-9a-fA-F]{2}/.exec(text.slice(i + 1, i + 3))?.[0] : undefined;
    bytes.push(hex === undefined ? text.charCodeAt(i) & 0xff : Number.parseInt(hex, 16));
    if (hex !== undefined) i += 2;
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
