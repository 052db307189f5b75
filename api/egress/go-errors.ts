/** The failures of an outgoing request in the words of Go's net, crypto/tls and net/http, which messages about webhooks repeat. Between node's errors and ./webhook-client.ts. */
import { getServers } from 'node:dns';
import type { PeerCertificate } from 'node:tls';
import { rfc3339 } from '../../component-base/clock.ts';

interface NodeError extends Error {
  readonly code?: string;
  readonly syscall?: string;
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
  readonly errors?: readonly NodeError[];
  readonly host?: string;
  readonly cert?: PeerCertificate;
}

/** Where the request went, as Go would call it: `10.0.0.1:443`. */
export interface Dialled {
  /** Stands in for the address that was dialled: a service's own, whatever endpoint answered for it. */
  readonly address: string | undefined;
  readonly now: number;
}

const CONNECT: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'connection refused'],
  ['EHOSTUNREACH', 'no route to host'],
  ['ENETUNREACH', 'network is unreachable'],
  ['ETIMEDOUT', 'connection timed out'],
  ['EACCES', 'permission denied'],
  ['EADDRNOTAVAIL', 'cannot assign requested address'],
  ['ECONNRESET', 'connection reset by peer'],
]);

const UNKNOWN_AUTHORITY = new Set(['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_GET_ISSUER_CERT', 'CERT_UNTRUSTED', 'CERT_SIGNATURE_FAILURE']);

/** Without the `Post "…": ` in front. */
export function goErrorText(error: unknown, dialled: Dialled): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return String(error);
  const first = (error as NodeError).errors?.[0] ?? (error as NodeError);
  return connectText(first, dialled) ?? tlsText(first, dialled) ?? first.message;
}

function connectText(error: NodeError, dialled: Dialled): string | undefined {
  const { code = '', syscall, hostname = '' } = error;
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${hostname} on ${nameServer()}: no such host`;
  if (code === 'EAI_AGAIN') return `dial tcp: lookup ${hostname} on ${nameServer()}: server misbehaving`;
  const reason = CONNECT.get(code);
  if (reason !== undefined && syscall === 'connect') return `dial tcp ${dialled.address ?? joined(error)}: connect: ${reason}`;
  if (code !== 'ECONNRESET' && code !== 'EPIPE') return undefined;
  return error.message === 'socket hang up' || error.message.startsWith('Client network socket disconnected') ? 'EOF' : `${syscall ?? 'read'} tcp: ${code === 'EPIPE' ? 'write: broken pipe' : 'read: connection reset by peer'}`;
}

function joined({ address = '', port = 0 }: NodeError): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function nameServer(): string {
  const server = getServers()[0] ?? '127.0.0.1';
  return /:\d+$/.test(server) && !/^[^[]*:.*:/.test(server) ? server : server.includes(':') ? `[${server}]:53` : `${server}:53`;
}

function tlsText(error: NodeError, { now }: Dialled): string | undefined {
  const { code = '' } = error;
  const x509 = (text: string): string => `tls: failed to verify certificate: x509: ${text}`;
  if (UNKNOWN_AUTHORITY.has(code)) return x509('certificate signed by unknown authority');
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') return x509(`certificate has expired or is not yet valid: current time ${rfc3339(now)} is ${code === 'CERT_HAS_EXPIRED' ? 'after its end' : 'before its start'}`);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return x509(nameMistake(error.host ?? '', error.cert));
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) return sslText(error);
  return undefined;
}

/** A server that answers a TLS greeting in clear text is taken for one of HTTP. */
function sslText({ code = '', message }: NodeError): string {
  if (/wrong version number|packet length too long|http request/.test(message) || code === 'ERR_SSL_WRONG_VERSION_NUMBER') return 'http: server gave HTTP response to HTTPS client';
  const alert = /alert ([a-z ]+)/.exec(message)?.[1];
  return alert === undefined ? `tls: ${message}` : `remote error: tls: ${alert.trim()}`;
}

/** The certificate does not name the host. Behaves like upstream crypto/x509 HostnameError. */
function nameMistake(host: string, cert: PeerCertificate | undefined): string {
  const names = (cert?.subjectaltname ?? '').split(', ').filter((name) => name !== '');
  const of = (prefix: string): string[] => names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  if (/^[\d.]+$/.test(host) || host.includes(':')) {
    const addresses = of('IP Address:');
    return addresses.length === 0 ? `cannot validate certificate for ${host} because it doesn't contain any IP SANs` : `certificate is valid for ${addresses.join(', ')}, not ${host}`;
  }
  if (names.length === 0 && cert?.subject?.CN) return 'certificate relies on legacy Common Name field, use SANs instead';
  const valid = of('DNS:');
  return valid.length === 0 ? `certificate is not valid for any names, but wanted to match ${host}` : `certificate is valid for ${valid.join(', ')}, not ${host}`;
}
