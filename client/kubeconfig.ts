/** Reads a kubeconfig: how to reach a cluster and as whom. Behaves like upstream client-go/tools/clientcmd for one file. */
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { newHttpTransport, type HttpOptions } from './transport/http.ts';
import type { Transport } from './interface.ts';

interface Named {
  readonly name: string;
}
interface ClusterEntry {
  readonly server: string;
  readonly 'certificate-authority'?: string;
  readonly 'certificate-authority-data'?: string;
  readonly 'insecure-skip-tls-verify'?: boolean;
  readonly 'tls-server-name'?: string;
  /** `k8ts.servers`: `{ servers: [https://…] }`, further servers of the same cluster. Other clients pass over it. */
  readonly extensions?: readonly (Named & { readonly extension?: { readonly servers?: readonly string[] } })[] | null;
}
interface UserEntry {
  readonly token?: string;
  readonly tokenFile?: string;
  readonly 'client-certificate'?: string;
  readonly 'client-certificate-data'?: string;
  readonly 'client-key'?: string;
  readonly 'client-key-data'?: string;
  readonly as?: string;
  readonly exec?: unknown;
  readonly 'auth-provider'?: unknown;
  readonly username?: string;
}
interface ContextEntry {
  readonly cluster: string;
  readonly user: string;
  readonly namespace?: string;
}
export interface Kubeconfig {
  readonly 'current-context'?: string;
  readonly clusters?: readonly (Named & { readonly cluster: ClusterEntry })[] | null;
  readonly users?: readonly (Named & { readonly user: UserEntry | null })[] | null;
  readonly contexts?: readonly (Named & { readonly context: ContextEntry })[] | null;
}

export interface LoadedKubeconfig {
  readonly http: HttpOptions;
  /** Further servers of the same cluster, for fail-over. */
  readonly otherServers: readonly string[];
  /** Of the context; 'default' unless told. */
  readonly namespace: string;
}

function named<T extends Named>(entries: readonly T[] | null | undefined, name: string, what: string): T {
  const found = entries?.find((entry) => entry.name === name);
  if (!found) throw new Error(`the kubeconfig has no ${what} named "${name}"`);
  return found;
}

const SERVERS = 'k8ts.servers';

/** Inline data wins over a file, whose path is relative to the kubeconfig. */
function pem(data: string | undefined, file: string | undefined, folder: string): string | undefined {
  if (data !== undefined && data !== '') return new TextDecoder().decode(Uint8Array.from(atob(data), (c) => c.charCodeAt(0)));
  return file === undefined || file === '' ? undefined : fs.readFileSync(path.resolve(folder, file), 'utf8');
}

function tokenOf(user: UserEntry, folder: string): (() => string) | undefined {
  const { token, tokenFile } = user;
  if (tokenFile !== undefined && tokenFile !== '') return () => fs.readFileSync(path.resolve(folder, tokenFile), 'utf8').trim();
  return token === undefined || token === '' ? undefined : () => token;
}

function refuseUnsupported(user: UserEntry): void {
  for (const field of ['exec', 'auth-provider', 'username'] as const) {
    if (user[field] !== undefined) throw new Error(`kubeconfig users with "${field}" are not supported: use a certificate or a token`);
  }
}

/** Defined entries only: exact optional fields do not take undefined. */
function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** `folder`: where relative paths start. Throws when the context is incomplete or asks for something unsupported. */
export function httpOptionsOf(config: Kubeconfig, folder: string, contextName = config['current-context'] ?? ''): LoadedKubeconfig {
  const { context } = named(config.contexts, contextName, 'context');
  const { cluster } = named(config.clusters, context.cluster, 'cluster');
  const user = (context.user === '' ? undefined : named(config.users, context.user, 'user').user) ?? {};
  refuseUnsupported(user);
  const tls = defined({
    ca: pem(cluster['certificate-authority-data'], cluster['certificate-authority'], folder),
    cert: pem(user['client-certificate-data'], user['client-certificate'], folder),
    key: pem(user['client-key-data'], user['client-key'], folder),
    servername: cluster['tls-server-name'],
    insecureSkipTlsVerify: cluster['insecure-skip-tls-verify'],
  });
  const token = tokenOf(user, folder);
  return { http: { server: cluster.server, tls, ...(token && { token }), ...(user.as !== undefined && { headers: { 'impersonate-user': user.as } }) }, otherServers: cluster.extensions?.find((e) => e.name === SERVERS)?.extension?.servers ?? [], namespace: context.namespace ?? 'default' };
}

export function loadKubeconfig(file: string, contextName?: string): LoadedKubeconfig {
  const config = parse(fs.readFileSync(file, 'utf8')) as Kubeconfig;
  return httpOptionsOf(config, path.dirname(path.resolve(file)), contextName);
}

/** `headers`: user-agent and the like. */
export function transportFromKubeconfig(file: string, headers: Readonly<Record<string, string>> = {}): Transport {
  const { http } = loadKubeconfig(file);
  return newHttpTransport({ ...http, headers: { ...http.headers, ...headers } });
}
