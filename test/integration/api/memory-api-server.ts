/** An API server over the memory store, without listener, controllers or nodes. */
import { newBuiltinRegistry } from '../../../registry/index.ts';
import { createApiServer, type ApiServer, type ApiServerOptions } from '../../../api/server/api-server.ts';
import { newAuthority } from '../../../cluster/pki/certificate.ts';
import { realClock } from '../../../component-base/clock.ts';
import { silentLog } from '../../../component-base/log.ts';
import { realRand } from '../../../component-base/rand.ts';
import type { ResourceDefinition } from '../../../registry/generic/definition.ts';
import { untrackedFields, type ManagedFields } from '../../../registry/generic/managed-fields.ts';
import { plainCodec } from '../../../registry/generic/storage-codec.ts';
import { ResourceStores } from '../../../registry/generic/stores.ts';
import { newCacherSet } from '../../../storage/cacher/cacher-set.ts';
import { MemoryStorage } from '../../../storage/memory/memory-storage.ts';
import type { UserInfo } from '../../../apimachinery/authorizer.ts';
import type { ApiResponse, MaybePromise } from '../../../apimachinery/http.ts';

export const ADMIN: UserInfo = { name: 'admin', uid: '', groups: ['system:masters', 'system:authenticated'], extra: {} };

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

export interface TestServer extends ApiServer {
  /** `token` 'admin' is of system:masters; '' sends none. */
  ask(method: string, path: string, options?: { readonly token?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: object }): Promise<Answer>;
  readonly users: Map<string, UserInfo>;
}

export interface TestStores {
  /** Beside the built-in resources. */
  readonly definitions?: readonly ResourceDefinition[];
  /** Default: no managed fields. */
  readonly managed?: ManagedFields;
}

export async function newMemoryApiServer(more: Partial<ApiServerOptions> = {}, { definitions, managed = untrackedFields }: TestStores = {}): Promise<TestServer> {
  const clock = realClock;
  const rand = realRand;
  const storage = new MemoryStorage({ clock });
  const set = newCacherSet({ storage, clock });
  const registry = newBuiltinRegistry(definitions);
  const stores = new ResourceStores({ registry, set, managed, clock, rand, codecFor: () => plainCodec });
  await stores.synced();
  const key = (await (await newAuthority('sa', clock.now())).issue({ subject: { commonName: 'sa' }, usages: ['clientAuth'], days: 1 }, clock.now())).key;
  const users = new Map([['admin', ADMIN]]);
  const server = await createApiServer({
    registry,
    stores,
    set,
    clock,
    rand,
    log: silentLog,
    authentication: { processTokens: users, bootstrapTokens: true, serviceAccounts: { signingKey: key, issuers: ['https://kubernetes.default.svc.cluster.local'] } },
    egress: { kubelet: {} },
    bootstrap: {},
    serviceCIDRs: ['10.96.0.0/16'],
    platform: 'linux/amd64',
    runtime: 'test',
    ...more,
  });
  await server.ready;
  return { ...server, users, ask: (method, path, options = {}) => ask(server, method, path, options) };
}

async function ask(server: ApiServer, method: string, path: string, options: AskOptions): Promise<Answer> {
  const response = await send(server, method, path, options, new AbortController().signal);
  const text = await textOf(response.body);
  const isJson = String(response.headers['Content-Type']).startsWith('application/json');
  return { status: response.status, headers: response.headers, text, body: isJson && text !== '' ? (JSON.parse(text) as Record<string, unknown>) : {} };
}

/** The events of a watch, until the caller stops reading. */
export async function* watchEvents(server: ApiServer, path: string): AsyncGenerator<{ readonly type: string; readonly object: Record<string, unknown> }, void> {
  const over = new AbortController();
  const { body } = await send(server, 'GET', path, {}, over.signal);
  let rest = '';
  try {
    for await (const chunk of body.kind === 'stream' ? body.chunks : []) {
      const lines = (rest + new TextDecoder().decode(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield JSON.parse(line) as { type: string; object: Record<string, unknown> };
    }
  } finally {
    over.abort();
  }
}

type AskOptions = Parameters<TestServer['ask']>[2] & object;

/** The whole of a stream, which must have an end. */
async function textOf(body: ApiResponse['body']): Promise<string> {
  if (body.kind === 'bytes') return new TextDecoder().decode(body.bytes);
  let text = '';
  if (body.kind === 'stream') for await (const chunk of body.chunks) text += new TextDecoder().decode(chunk);
  return text;
}

function send(server: ApiServer, method: string, path: string, { token = 'admin', headers = {}, body }: AskOptions, signal: AbortSignal): MaybePromise<ApiResponse> {
  const [rawPath = '', rawQuery = ''] = path.split('?');
  const bytes = body instanceof Uint8Array ? body : new TextEncoder().encode(body ? JSON.stringify(body) : '');
  return server.handler({
    method,
    rawPath,
    rawQuery,
    headers: { ...(token !== '' && { authorization: `Bearer ${token}` }), ...(body && { 'content-type': 'application/json' }), ...headers },
    body: {
      bytes: () => Promise.resolve(bytes),
      async *stream() {
        yield bytes;
      },
    },
    connection: { remoteAddress: '127.0.0.1', protocol: 'in-process', peerCertificates: [] },
    accepts: 'bytes',
    signal,
  });
}
