/**
 * The keys and certificates of one cluster: made once, kept in the data directory (files mode 600), made anew when a name is missing from the serving certificate.
 * Layout as kubeadm's /etc/kubernetes/pki.
 */
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { loadAuthority, newAuthority, newSigningKey, type Authority, type CertificateRequest, type KeyPair } from './certificate.ts';

/** Where texts are kept: a folder, or memory. */
export interface PkiFiles {
  read(name: string): string | undefined;
  write(name: string, text: string): void;
}

export interface Pki {
  readonly ca: Authority;
  readonly frontProxyCa: Authority;
  readonly server: KeyPair;
  readonly admin: KeyPair;
  readonly frontProxyClient: KeyPair;
  /** With which the API server shows itself to kubelets. */
  readonly kubeletClient: KeyPair;
  readonly serviceAccount: { readonly privateKey: string; readonly publicKey: string };
  /** A client certificate of a component or node, kept under `name`. */
  client(name: string, request: Pick<CertificateRequest, 'subject' | 'names'>): Promise<KeyPair>;
}

const YEAR = 365;

export function memoryFiles(): PkiFiles {
  const files = new Map<string, string>();
  return { read: (name) => files.get(name), write: (name, text) => void files.set(name, text) };
}

function stored(files: PkiFiles, name: string): KeyPair | undefined {
  const cert = files.read(`${name}.crt`);
  const key = files.read(`${name}.key`);
  return cert !== undefined && key !== undefined ? { cert, key } : undefined;
}

function keep<T extends KeyPair>(files: PkiFiles, name: string, pair: T): T {
  files.write(`${name}.key`, pair.key);
  files.write(`${name}.crt`, pair.cert);
  return pair;
}

async function authority(files: PkiFiles, name: string, commonName: string, now: number): Promise<Authority> {
  const known = stored(files, name);
  return known ? loadAuthority(known) : keep(files, name, await newAuthority(commonName, now));
}

/** Whether a kept certificate still serves: from this authority, with a month to go, for all names asked for. */
function isUsable(pair: KeyPair, ca: Authority, request: CertificateRequest, now: number): boolean {
  const x = new X509Certificate(pair.cert);
  const covers = (name: string): boolean => (isIP(name) ? x.checkIP(name) : x.checkHost(name)) !== undefined;
  return x.checkIssued(new X509Certificate(ca.cert)) && Date.parse(x.validTo) - now > 30 * 86_400_000 && (request.names ?? []).every(covers);
}

async function leaf(files: PkiFiles, name: string, ca: Authority, request: CertificateRequest, now: number): Promise<KeyPair> {
  const known = stored(files, name);
  return known && isUsable(known, ca, request, now) ? known : keep(files, name, await ca.issue(request, now));
}

async function signingKey(files: PkiFiles): Promise<Pki['serviceAccount']> {
  const privateKey = files.read('sa.key');
  const publicKey = files.read('sa.pub');
  if (privateKey !== undefined && publicKey !== undefined) return { privateKey, publicKey };
  const made = await newSigningKey();
  files.write('sa.key', made.privateKey);
  files.write('sa.pub', made.publicKey);
  return made;
}

/** `serverNames`: every name and address by which the API server is reached. */
export async function ensurePki(files: PkiFiles, serverNames: readonly string[], now: number): Promise<Pki> {
  const [ca, frontProxyCa, serviceAccount] = await Promise.all([
    authority(files, 'ca', 'kubernetes', now),
    authority(files, 'front-proxy-ca', 'front-proxy-ca', now),
    signingKey(files),
  ]);
  const client = (name: string, request: Pick<CertificateRequest, 'subject' | 'names'>): Promise<KeyPair> =>
    leaf(files, name, ca, { ...request, usages: request.names ? ['clientAuth', 'serverAuth'] : ['clientAuth'], days: YEAR }, now);
  const [server, admin, kubeletClient, frontProxyClient] = await Promise.all([
    leaf(files, 'apiserver', ca, { subject: { commonName: 'kube-apiserver' }, usages: ['serverAuth'], names: serverNames, days: YEAR }, now),
    client('admin', { subject: { commonName: 'kubernetes-admin', organizations: ['system:masters'] } }),
    client('apiserver-kubelet-client', { subject: { commonName: 'kube-apiserver-kubelet-client', organizations: ['system:masters'] } }),
    leaf(files, 'front-proxy-client', frontProxyCa, { subject: { commonName: 'front-proxy-client' }, usages: ['clientAuth'], days: YEAR }, now),
  ]);
  return { ca, frontProxyCa, server, admin, kubeletClient, frontProxyClient, serviceAccount, client };
}
