import { X509Certificate } from 'node:crypto';
import { createServer, connect } from 'node:tls';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { realClock } from '../../component-base/clock.ts';
import { loadAuthority, newAuthority } from './certificate.ts';

const NOW = realClock.now();

describe('certificates', () => {
  it('issues a certificate that OpenSSL verifies, with its names and its subject', async () => {
    const ca = await newAuthority('kubernetes', NOW);
    const { cert } = await ca.issue({ subject: { commonName: 'admin', organizations: ['system:masters'] }, usages: ['clientAuth'], names: ['localhost', '127.0.0.1', 'fd00::1'], days: 1 }, NOW);
    const x = new X509Certificate(cert);
    expect(x.verify(new X509Certificate(ca.cert).publicKey)).toBe(true);
    expect(x.checkIssued(new X509Certificate(ca.cert))).toBe(true);
    expect(x.subject).toBe('O=system:masters\nCN=admin');
    expect(x.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:FD00:0:0:0:0:0:0:1');
    expect(new X509Certificate(ca.cert).ca).toBe(true);
    expect(x.ca).toBe(false);
  });

  it('goes on issuing from an authority that was written and read again', async () => {
    const first = await newAuthority('kubernetes', NOW);
    const again = await loadAuthority({ cert: first.cert, key: first.key });
    const { cert } = await again.issue({ subject: { commonName: 'x' }, usages: ['serverAuth'], days: 1 }, NOW);
    expect(new X509Certificate(cert).checkIssued(new X509Certificate(first.cert))).toBe(true);
  });

  it('makes keys and certificates with which TLS shakes hands both ways', async () => {
    const ca = await newAuthority('kubernetes', NOW);
    const server = await ca.issue({ subject: { commonName: 'kube-apiserver' }, usages: ['serverAuth'], names: ['127.0.0.1'], days: 1 }, NOW);
    const client = await ca.issue({ subject: { commonName: 'admin' }, usages: ['clientAuth'], days: 1 }, NOW);
    const listener = createServer({ ...server, ca: ca.cert, requestCert: true, rejectUnauthorized: true }, (socket) => socket.end(String(socket.getPeerCertificate().subject.CN)));
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as { port: number };
    const socket = connect({ port, host: '127.0.0.1', ca: ca.cert, ...client });
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(data.toString()).toBe('admin');
    socket.destroy();
    listener.close();
  });
});
