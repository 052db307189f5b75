/** kube-apiserver: the API server alone, on etcd, in upstream's flags. Behaves like upstream cmd/kube-apiserver. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { FlagError, type Flags } from '../../component-base/flags.ts';
import type { AuthorizationMode } from '../../api/authorization/authorizers.ts';
import { startApiServer, type ApiServerSettings } from '../api-server.ts';
import { FRONT_PROXY_HEADERS } from '../api-settings.ts';
import { newAuthority, type KeyPair } from '../pki/certificate.ts';
import { nthAddress } from '../service-addresses.ts';
import { openEtcd } from '../store.ts';
import { fileOf, pkcs8, publicKeyOf, readFlagFile, requiredFile } from './files.ts';
import type { Program, ProgramDeps } from './program.ts';

const HONOURS = [
  'etcd-servers', 'etcd-prefix', 'etcd-cafile', 'etcd-certfile', 'etcd-keyfile', 'etcd-compaction-interval', 'bind-address', 'secure-port', 'advertise-address', 'tls-cert-file', 'tls-private-key-file', 'cert-dir',
  'client-ca-file', 'token-auth-file', 'anonymous-auth', 'enable-bootstrap-token-auth', 'service-account-key-file', 'service-account-signing-key-file', 'service-account-issuer', 'api-audiences',
  'requestheader-client-ca-file', 'requestheader-allowed-names', 'requestheader-username-headers', 'requestheader-uid-headers', 'requestheader-group-headers', 'requestheader-extra-headers-prefix',
  'authorization-mode', 'enable-admission-plugins', 'disable-admission-plugins', 'service-cluster-ip-range', 'service-node-port-range', 'kubelet-client-certificate', 'kubelet-client-key', 'kubelet-certificate-authority',
  'kubelet-preferred-address-types', 'max-requests-inflight', 'max-mutating-requests-inflight', 'request-timeout', 'endpoint-reconciler-type',
];
const IMPLIED = ['allow-privileged', 'service-account-lookup', 'storage-backend', 'storage-media-type', 'enable-aggregator-routing', 'enable-priority-and-fairness', 'profiling', 'watch-cache', 'enable-garbage-collector', 'proxy-client-cert-file', 'proxy-client-key-file', 'v', 'runtime-config'];

const AUTHORIZERS: readonly string[] = ['AlwaysAllow', 'AlwaysDeny', 'Node', 'RBAC'];

function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find((a) => a.family === 'IPv4' && !a.internal)?.address ?? '127.0.0.1';
}

function advertiseAddress(flags: Flags): string {
  const given = flags.string('advertise-address');
  const bind = flags.string('bind-address') || '0.0.0.0';
  if (given !== '') return given;
  return bind === '0.0.0.0' || bind === '::' ? ownAddress() : bind;
}

/** What an earlier start, or whoever starts this program, left in --cert-dir. */
function servingIn(dir: string): KeyPair | undefined {
  const [cert, key] = [join(dir, 'apiserver.crt'), join(dir, 'apiserver.key')];
  if (dir === '' || !existsSync(cert) || !existsSync(key)) return undefined;
  return { cert: readFlagFile('cert-dir', cert), key: readFlagFile('cert-dir', key) };
}

/** Without --tls-cert-file the certificate in --cert-dir serves; a self-signed one is made there when there is none, as upstream does. */
async function servingOf(flags: Flags, { clock }: ProgramDeps): Promise<KeyPair> {
  const cert = fileOf(flags, 'tls-cert-file');
  const key = fileOf(flags, 'tls-private-key-file');
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert !== undefined || key !== undefined) throw new FlagError('--tls-cert-file and --tls-private-key-file must be given together');
  const dir = flags.string('cert-dir');
  const found = servingIn(dir);
  if (found) return found;
  const address = advertiseAddress(flags);
  const ca = await newAuthority(`${address}-ca@${Math.floor(clock.now() / 1000)}`, clock.now(), 365);
  const range = flags.strings('service-cluster-ip-range')[0] ?? '10.0.0.0/24';
  const names = [...new Set(['localhost', '127.0.0.1', address, nthAddress(range, 1), 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'])];
  const pair = await ca.issue({ subject: { commonName: address }, usages: ['serverAuth'], names, days: 365 }, clock.now());
  const chain = { cert: pair.cert + ca.cert, key: pair.key };
  if (dir !== '') {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'apiserver.crt'), chain.cert);
    writeFileSync(join(dir, 'apiserver.key'), chain.key, { mode: 0o600 });
  }
  return chain;
}

function serviceAccountsOf(flags: Flags): ApiServerSettings['serviceAccounts'] {
  const issuers = flags.strings('service-account-issuer');
  if (issuers.length === 0) throw new FlagError('--service-account-issuer is required');
  const publicKeys = flags.strings('service-account-key-file').map((f) => publicKeyOf('service-account-key-file', readFlagFile('service-account-key-file', f)));
  const audiences = flags.strings('api-audiences');
  return { signingKey: pkcs8('service-account-signing-key-file', requiredFile(flags, 'service-account-signing-key-file')), publicKeys, issuers, ...(audiences.length > 0 && { audiences }) };
}

const lower = (names: readonly string[]): string[] => names.map((n) => n.toLowerCase());
const orDefault = (given: readonly string[], fallback: readonly string[]): readonly string[] => (given.length > 0 ? lower(given) : fallback);

function requestHeaderOf(flags: Flags): ApiServerSettings['requestHeader'] {
  const ca = fileOf(flags, 'requestheader-client-ca-file');
  if (ca === undefined) return undefined;
  return {
    ca,
    allowedNames: flags.strings('requestheader-allowed-names'),
    usernameHeaders: orDefault(flags.strings('requestheader-username-headers'), FRONT_PROXY_HEADERS.usernameHeaders),
    uidHeaders: orDefault(flags.strings('requestheader-uid-headers'), FRONT_PROXY_HEADERS.uidHeaders),
    groupHeaders: orDefault(flags.strings('requestheader-group-headers'), FRONT_PROXY_HEADERS.groupHeaders),
    extraHeaderPrefixes: orDefault(flags.strings('requestheader-extra-headers-prefix'), FRONT_PROXY_HEADERS.extraHeaderPrefixes),
  };
}

function kubeletClientOf(flags: Flags): ApiServerSettings['kubeletClient'] {
  const [cert, key, ca] = [fileOf(flags, 'kubelet-client-certificate'), fileOf(flags, 'kubelet-client-key'), fileOf(flags, 'kubelet-certificate-authority')];
  return cert !== undefined && key !== undefined ? { cert, key, ...(ca !== undefined && { ca }) } : undefined;
}

function nodePortsOf(flags: Flags): ApiServerSettings['nodePorts'] {
  const text = flags.string('service-node-port-range');
  if (text === '') return undefined;
  const [, first = '', separator = '', last = ''] = /^(\d+)(?:([-+])(\d+))?$/.exec(text) ?? [];
  if (first === '') throw new FlagError(`--service-node-port-range: "${text}" is no range of ports, such as 30000-32767`);
  const end = separator === '' ? Number(first) : separator === '+' ? Number(first) + Number(last) : Number(last);
  if (end < Number(first) || end > 65_535) throw new FlagError(`--service-node-port-range: "${text}" is no range of ports, such as 30000-32767`);
  return { first: Number(first), last: end };
}

function authorizationModes(flags: Flags): AuthorizationMode[] {
  const modes = flags.isSet('authorization-mode') ? flags.strings('authorization-mode') : ['AlwaysAllow'];
  const unknown = modes.find((m) => !AUTHORIZERS.includes(m));
  if (unknown !== undefined) throw new FlagError(`authorization-mode(s) "${unknown}" is not a valid mode; supported are ${AUTHORIZERS.join(', ')}`);
  return modes as AuthorizationMode[];
}

async function settingsOf(flags: Flags, deps: ProgramDeps): Promise<ApiServerSettings> {
  const clientCA = fileOf(flags, 'client-ca-file');
  const requestHeader = requestHeaderOf(flags);
  const kubeletClient = kubeletClientOf(flags);
  const tokenFile = fileOf(flags, 'token-auth-file');
  const addressTypes = flags.strings('kubelet-preferred-address-types');
  const nodePorts = nodePortsOf(flags);
  return {
    bindAddress: flags.string('bind-address') || '0.0.0.0',
    port: flags.number('secure-port'),
    ...(flags.string('endpoint-reconciler-type') !== 'none' && { advertiseAddress: advertiseAddress(flags) }),
    serving: await servingOf(flags, deps),
    ...(clientCA !== undefined && { clientCA }),
    ...(requestHeader && { requestHeader }),
    ...(kubeletClient && { kubeletClient }),
    ...(addressTypes.length > 0 && { kubeletAddressTypes: addressTypes }),
    serviceAccounts: serviceAccountsOf(flags),
    ...(tokenFile !== undefined && { tokenFile }),
    ...(flags.isSet('anonymous-auth') && { anonymous: flags.bool('anonymous-auth') }),
    bootstrapTokens: flags.bool('enable-bootstrap-token-auth'),
    authorizationModes: authorizationModes(flags),
    serviceCIDRs: flags.isSet('service-cluster-ip-range') ? flags.strings('service-cluster-ip-range') : ['10.0.0.0/24'],
    ...(nodePorts && { nodePorts }),
    admission: { enable: flags.strings('enable-admission-plugins'), disable: flags.strings('disable-admission-plugins') },
    keyPrefix: flags.string('etcd-prefix') || '/registry',
    maxRequestsInFlight: flags.number('max-requests-inflight'),
    maxMutatingRequestsInFlight: flags.number('max-mutating-requests-inflight'),
    requestTimeoutMs: flags.duration('request-timeout'),
    compactionIntervalMs: flags.duration('etcd-compaction-interval'),
  };
}

export const kubeApiserver: Program = {
  honours: HONOURS,
  impliedBy: IMPLIED,
  async start(flags, deps) {
    const servers = flags.strings('etcd-servers');
    if (servers.length === 0) throw new FlagError('--etcd-servers must be specified');
    const settings = await settingsOf(flags, deps);
    const [ca, cert, key] = [fileOf(flags, 'etcd-cafile'), fileOf(flags, 'etcd-certfile'), fileOf(flags, 'etcd-keyfile')];
    const { clock, life } = deps;
    const storage = await openEtcd({ servers, prefix: settings.keyPrefix, ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) }, clock);
    life.onStop('store', () => storage.close());
    await startApiServer(settings, { ...deps, storage, isSharedStore: true });
  },
};
