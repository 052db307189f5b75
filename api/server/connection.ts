/** What the chain knows of a TLS connection; made once per connection. */
import type { TLSSocket } from 'node:tls';
import type { Connection } from '../../apimachinery/http.ts';

export function connectionOf(socket: TLSSocket): Connection {
  const protocol = socket.alpnProtocol === 'h2' ? 'h2' : 'http/1.1';
  const leaf = socket.getPeerX509Certificate();
  const remoteAddress = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  if (!leaf) return { remoteAddress, protocol, peerCertificates: [] };
  if (!socket.authorized) return { remoteAddress, protocol, peerCertificates: [], certificateError: String(socket.authorizationError) };
  const chain: Uint8Array[] = [];
  for (let certificate = leaf as typeof leaf | undefined; certificate && chain.length < 10; certificate = certificate.issuerCertificate) chain.push(new Uint8Array(certificate.raw));
  return { remoteAddress, protocol, peerCertificates: chain };
}
