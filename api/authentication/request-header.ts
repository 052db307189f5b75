/** Users named in headers by a front proxy with a certificate of its own authority. Behaves like upstream apiserver/pkg/authentication/request/headerrequest. */
import type { Received } from '../../apimachinery/http.ts';
import { subjectOf } from './certificate-subject.ts';
import type { VerifyChain } from './client-certificate.ts';
import type { RequestAuthenticator } from './interface.ts';

export interface RequestHeaderOptions {
  readonly verify: VerifyChain;
  /** --requestheader-allowed-names; []: any name. */
  readonly allowedNames: readonly string[];
  /** Lower case. */
  readonly usernameHeaders: readonly string[];
  readonly uidHeaders: readonly string[];
  readonly groupHeaders: readonly string[];
  readonly extraHeaderPrefixes: readonly string[];
}

/** Throws for a certificate of the authority whose name is not allowed. */
export function requestHeaders(options: RequestHeaderOptions): RequestAuthenticator {
  return {
    name: 'request-header',
    authenticate(request) {
      const name = first(request, options.usernameHeaders);
      const [leaf] = request.connection.peerCertificates;
      if (name === '' || !leaf || !options.verify(request.connection.peerCertificates)) return undefined;
      const { commonName } = subjectOf(leaf);
      if (options.allowedNames.length > 0 && !options.allowedNames.includes(commonName)) throw new Error(`x509: subject with cn=${commonName} is not in the allowed list`);
      const groups = options.groupHeaders.flatMap((h) => valuesOf(request, h));
      return { user: { name, uid: first(request, options.uidHeaders), groups, extra: extraOf(request, options.extraHeaderPrefixes) } };
    },
  };
}

function valuesOf(request: Received, header: string): readonly string[] {
  if (request.allHeaders) return request.allHeaders(header);
  const value = request.headers[header];
  return value === undefined ? [] : [value];
}

function first(request: Received, headers: readonly string[]): string {
  for (const header of headers) {
    const value = request.headers[header] ?? '';
    if (value !== '') return value;
  }
  return '';
}

function extraOf(request: Received, prefixes: readonly string[]): Record<string, readonly string[]> {
  const extra: Record<string, readonly string[]> = {};
  for (const header in request.headers) {
    for (const prefix of prefixes) {
      if (header.startsWith(prefix)) extra[decodeKey(header.slice(prefix.length))] = valuesOf(request, header);
    }
  }
  return extra;
}

function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch (error) {
    if (error instanceof URIError) return key;
    throw error;
  }
}
