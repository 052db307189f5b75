/** `Authorization: Bearer`, and the WebSocket subprotocol by which browsers hand in a token. Behaves like upstream apiserver/pkg/authentication/request/bearertoken and websocket. */
import type { Received } from '../../apimachinery/http.ts';
import { whenThere } from '../../apimachinery/maybe-promise.ts';
import type { RequestAuthenticator, TokenAuthenticator } from './interface.ts';

const WEBSOCKET_PREFIX = 'base64url.bearer.authorization.k8s.io.';

/** Undefined: the header holds no bearer token. */
export function bearerTokenIn(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const parts = header.trim().split(' ');
  if (parts.length < 2 || parts[0]?.toLowerCase() !== 'bearer') return undefined;
  return parts[1] === '' ? undefined : parts[1];
}

function tokenOf(request: Received): string | undefined {
  return bearerTokenIn(request.headers['authorization']) ?? webSocketToken(request);
}

function webSocketToken({ headers }: Received): string | undefined {
  if (headers['upgrade']?.toLowerCase() !== 'websocket') return undefined;
  const protocol = (headers['sec-websocket-protocol'] ?? '').split(',').map((p) => p.trim()).find((p) => p.startsWith(WEBSOCKET_PREFIX));
  if (protocol === undefined) return undefined;
  return new TextDecoder('utf-8', { fatal: true }).decode(fromBase64Url(protocol.slice(WEBSOCKET_PREFIX.length)));
}

export function fromBase64Url(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
}

export function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Throws when a token was sent that nobody knows. */
export function bearerTokens(tokens: TokenAuthenticator): RequestAuthenticator {
  return {
    name: 'bearer-token',
    authenticate(request) {
      const token = tokenOf(request);
      if (token === undefined) return undefined;
      return whenThere(tokens.authenticateToken(token, []), (found) => {
        if (!found) throw new Error('invalid bearer token');
        return found;
      });
    },
  };
}
