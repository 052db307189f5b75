/** What the HTTP/1.1 and HTTP/2 senders have in common. */

/** What tls.connect needs to reach and trust the server and to be known by it. PEM. */
export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  /** Trusts any server. */
  readonly insecureSkipTlsVerify?: boolean;
}

/** One request as it goes out, and what comes back before anyone reads the body. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal;
}
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunks: AsyncIterable<Uint8Array>;
}
export interface WireSender {
  send(request: WireRequest): Promise<WireResponse>;
  close(): void;
}

/** node's names for TlsOptions. */
export function nodeTls(tls: TlsOptions = {}) {
  return {
    ...(tls.ca !== undefined && { ca: tls.ca, allowPartialTrustChain: true }),
    ...(tls.cert !== undefined && { cert: tls.cert }),
    ...(tls.key !== undefined && { key: tls.key }),
    ...(tls.servername !== undefined && { servername: tls.servername }),
    rejectUnauthorized: tls.insecureSkipTlsVerify !== true,
  };
}
