import { beforeAll, describe, expect, it } from '@jest/globals';
import 'reflect-metadata';
import { PemConverter, Pkcs10CertificateRequestGenerator, SubjectAlternativeNameExtension, X509Certificate, X509CertificateGenerator } from '@peculiar/x509';
import { KUBELET_CLIENT, type Csr } from './csr.ts';
import { kubeletClientProblem, kubeletServingProblem, parseRequest, signerProblem } from './request.ts';
import { newSigner, type Signer } from './sign.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const NOW = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;
let ca: X509Certificate;
let signer: Signer;

async function csrFor(name: string, usages: readonly string[], dns?: string, expirationSeconds?: number): Promise<Csr> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const raw = await Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm: ALGORITHM, extensions: dns === undefined ? [] : [new SubjectAlternativeNameExtension([{ type: 'dns', value: dns }])] });
  return { spec: { request: btoa(raw.toString('pem')), signerName: KUBELET_CLIENT, usages, ...(expirationSeconds !== undefined && { expirationSeconds }) } } as unknown as Csr;
}

beforeAll(async () => {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  ca = await X509CertificateGenerator.createSelfSigned({ name: 'CN=test-ca', notBefore: new Date(NOW - DAY), notAfter: new Date(NOW + 30 * DAY), signingAlgorithm: ALGORITHM, keys });
  signer = await newSigner(ca.toString('pem'), PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY'), 365 * DAY);
});

describe('certificate requests of kubelets', () => {
  it('accepts a client certificate for a node and nothing beside it', async () => {
    const good = await csrFor('O=system:nodes, CN=system:node:n1', ['digital signature', 'client auth']);
    expect(kubeletClientProblem(good, parseRequest(good))).toBeUndefined();
    const named = await csrFor('O=system:nodes, CN=system:node:n1', ['digital signature', 'client auth'], 'n1');
    expect(kubeletClientProblem(named, parseRequest(named))).toBe('DNS subjectAltNames are not allowed');
    const other = await csrFor('O=system:masters, CN=system:node:n1', ['digital signature', 'client auth']);
    expect(signerProblem(other, parseRequest(other))).toBe('subject organization is not system:nodes');
    const user = await csrFor('O=system:nodes, CN=alice', ['digital signature', 'client auth']);
    expect(kubeletClientProblem(user, parseRequest(user))).toBe('subject common name does not begin with system:node:');
  });

  it('wants a name in a serving certificate', async () => {
    const nameless = await csrFor('O=system:nodes, CN=system:node:n1', ['digital signature', 'server auth']);
    expect(kubeletServingProblem(nameless, parseRequest(nameless))).toBe('DNS or IP subjectAltName is required');
    const named = await csrFor('O=system:nodes, CN=system:node:n1', ['digital signature', 'server auth'], 'n1');
    expect(kubeletServingProblem(named, parseRequest(named))).toBeUndefined();
  });
});

describe('newSigner', () => {
  it('issues what the CA vouches for, with the subject, the usages and no more time than the CA has', async () => {
    const csr = await csrFor('O=system:nodes, CN=system:node:n1', ['digital signature', 'client auth']);
    const cert = new X509Certificate(await signer.sign(csr, parseRequest(csr), NOW));
    expect(await cert.verify({ publicKey: ca.publicKey, date: new Date(NOW) })).toBe(true);
    expect(cert.subject).toBe('O=system:nodes, CN=system:node:n1');
    expect(cert.notAfter.getTime()).toBe(NOW + 30 * DAY);
    expect(cert.notBefore.getTime()).toBe(NOW - 300_000);
  });

  it('gives the time that was asked for, ten minutes at least', async () => {
    const csr = await csrFor('O=system:nodes, CN=system:node:n1', ['client auth'], undefined, 60);
    const cert = new X509Certificate(await signer.sign(csr, parseRequest(csr), NOW));
    expect(cert.notAfter.getTime()).toBe(NOW + 600_000);
  });

  it('refuses usages that it does not know', async () => {
    const csr = await csrFor('O=system:nodes, CN=system:node:n1', ['world domination']);
    await expect(signer.sign(csr, parseRequest(csr), NOW)).rejects.toThrow('unrecognized usage values');
  });
});
