/**
 * Issues X.509 certificates on P-256 keys. Written here, because loading a certificate library costs a third of the time in which a whole cluster starts
 * (docs/design/0002-certificates-without-a-library.md). Reading foreign certificates stays with libraries.
 */
import type { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { bitString, boolean, explicit, fromPem, implicit, integer, octetString, oid, pem, sequence, set, time, utf8String, type Der } from './der.ts';

const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const USAGES = { serverAuth: '1.3.6.1.5.5.7.3.1', clientAuth: '1.3.6.1.5.5.7.3.2' } as const;
const DAY = 86_400_000;

export interface Identity {
  readonly commonName: string;
  readonly organizations?: readonly string[];
}

export interface CertificateRequest {
  readonly subject: Identity;
  readonly usages: readonly (keyof typeof USAGES)[];
  /** DNS names and IP addresses. */
  readonly names?: readonly string[];
  readonly days: number;
}

/** PEM texts. The key is secret. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

interface Issuer {
  readonly name: Der;
  readonly key: webcrypto.CryptoKey;
  readonly keyId: Uint8Array;
}

/** A certificate authority that can issue. */
export interface Authority extends KeyPair {
  issue(request: CertificateRequest, now: number): Promise<KeyPair>;
}

function nameOf(subject: Identity): Der {
  const attribute = (type: string, value: string): Der => set(sequence(oid(type), utf8String(value)));
  return sequence(...(subject.organizations ?? []).map((o) => attribute('2.5.4.10', o)), attribute('2.5.4.3', subject.commonName));
}

function ipBytes(text: string): Uint8Array {
  if (isIP(text) === 4) return Uint8Array.from(text.split('.').map(Number));
  const [head = '', tail] = text.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right].map((g) => Number.parseInt(g, 16));
  return Uint8Array.from(groups.flatMap((g) => [g >> 8, g & 0xff]));
}

const extension = (id: string, critical: boolean, value: Der): Der => sequence(oid(id), ...(critical ? [boolean(true)] : []), octetString(value));

function authorityExtensions(keyId: Uint8Array): Der[] {
  return [
    extension('2.5.29.15', true, bitString(Uint8Array.of(0xa4), 2)),
    extension('2.5.29.19', true, sequence(boolean(true))),
    extension('2.5.29.14', false, octetString(keyId)),
  ];
}

function leafExtensions(request: CertificateRequest, issuerKeyId: Uint8Array): Der[] {
  const names = (request.names ?? []).map((n) => (isIP(n) ? implicit(7, ipBytes(n)) : implicit(2, new TextEncoder().encode(n))));
  return [
    extension('2.5.29.15', true, bitString(Uint8Array.of(0x80), 7)),
    extension('2.5.29.37', false, sequence(...request.usages.map((u) => oid(USAGES[u])))),
    extension('2.5.29.19', true, sequence()),
    extension('2.5.29.35', false, sequence(implicit(0, issuerKeyId))),
    ...(names.length > 0 ? [extension('2.5.29.17', false, sequence(...names))] : []),
  ];
}

/** WebCrypto's signature is r and s side by side; X.509 wants them as a sequence. */
async function sign(key: webcrypto.CryptoKey, data: Uint8Array): Promise<Uint8Array> {
  const raw = new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, data));
  return sequence(integer(raw.subarray(0, 32)), integer(raw.subarray(32)));
}

async function certificate(issuer: Issuer, subject: Der, publicKey: Uint8Array, extensions: readonly Der[], now: number, days: number): Promise<string> {
  const serial = crypto.getRandomValues(new Uint8Array(16));
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const validity = sequence(time(now - 3_600_000), time(now + days * DAY));
  const body = sequence(explicit(0, integer(Uint8Array.of(2))), integer(serial), ECDSA_SHA256, issuer.name, validity, subject, publicKey, explicit(3, sequence(...extensions)));
  return pem('CERTIFICATE', sequence(body, ECDSA_SHA256, bitString(await sign(issuer.key, body))));
}

async function newKey(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
}

const exported = async (format: 'spki' | 'pkcs8', key: webcrypto.CryptoKey): Promise<Uint8Array> => new Uint8Array(await crypto.subtle.exportKey(format, key));

async function keyIdOf(spki: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-1', spki));
}

function authority(pair: KeyPair, issuer: Issuer): Authority {
  return {
    ...pair,
    async issue(request, now) {
      const keys = await newKey();
      const extensions = leafExtensions(request, issuer.keyId);
      const cert = await certificate(issuer, nameOf(request.subject), await exported('spki', keys.publicKey), extensions, now, request.days);
      return { cert, key: pem('PRIVATE KEY', await exported('pkcs8', keys.privateKey)) };
    },
  };
}

/** A new self-signed authority. */
export async function newAuthority(commonName: string, now: number, days = 3650): Promise<Authority> {
  const keys = await newKey();
  const spki = await exported('spki', keys.publicKey);
  const issuer: Issuer = { name: nameOf({ commonName }), key: keys.privateKey, keyId: await keyIdOf(spki) };
  const cert = await certificate(issuer, issuer.name, spki, authorityExtensions(issuer.keyId), now, days);
  return authority({ cert, key: pem('PRIVATE KEY', await exported('pkcs8', keys.privateKey)) }, issuer);
}

/** The elements of a DER sequence at `at`: [tag, start, end] each. */
function elements(der: Uint8Array, at = 0): { tag: number; start: number; from: number; end: number }[] {
  const header = (i: number): { tag: number; start: number; from: number; end: number } => {
    let length = der[i + 1] ?? 0;
    let from = i + 2;
    if (length & 0x80) {
      const n = length & 0x7f;
      length = der.subarray(from, from + n).reduce((v, b) => v * 256 + b, 0);
      from += n;
    }
    return { tag: der[i] ?? 0, start: i, from, end: from + length };
  };
  const outer = header(at);
  const out = [];
  for (let i = outer.from; i < outer.end; ) {
    const e = header(i);
    out.push(e);
    i = e.end;
  }
  return out;
}

/** An authority whose certificate and key were written before by newAuthority. */
export async function loadAuthority(pair: KeyPair): Promise<Authority> {
  const der = fromPem(pair.cert);
  const body = elements(der)[0];
  if (!body) throw new Error('the authority certificate is malformed');
  const [, , , , , subject, spki] = elements(der, body.start);
  if (!subject || !spki) throw new Error('the authority certificate is malformed');
  const key = await crypto.subtle.importKey('pkcs8', fromPem(pair.key), { name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
  return authority(pair, { name: der.slice(subject.start, subject.end), key, keyId: await keyIdOf(der.slice(spki.start, spki.end)) });
}

/** A bare P-256 key pair for signing tokens. */
export async function newSigningKey(): Promise<{ readonly privateKey: string; readonly publicKey: string }> {
  const keys = await newKey();
  return { privateKey: pem('PRIVATE KEY', await exported('pkcs8', keys.privateKey)), publicKey: pem('PUBLIC KEY', await exported('spki', keys.publicKey)) };
}

