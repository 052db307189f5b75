/** What ends a connection or a stream of HTTP/2 (RFC 9113, sections 5.4 and 7). Neighbours: frames.ts and hpack.ts, which throw it; those who speak the protocol, which tell the other side. */

export const ErrorCode = {
  none: 0,
  protocol: 1,
  internal: 2,
  flowControl: 3,
  settingsTimeout: 4,
  streamClosed: 5,
  frameSize: 6,
  refusedStream: 7,
  cancel: 8,
  compression: 9,
  connect: 10,
  enhanceYourCalm: 11,
} as const;

/** The other side broke the rules: the connection ends. `code`: one of ErrorCode. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
