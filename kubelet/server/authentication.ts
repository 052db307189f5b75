/** Who calls the kubelet's API over the network, and whether they may: a client certificate of the cluster's CA or a bearer token that the API server knows, then a SubjectAccessReview. Anonymous callers never may. Behaves like upstream pkg/kubelet/server/auth.go. */
import type { ApiResponse, Handler, Received } from '../../apimachinery/http.ts';
import * as authentication from '../../apimachinery/types/authentication.gen.ts';
import * as authorization from '../../apimachinery/types/authorization.gen.ts';
import type { Client } from '../../client/interface.ts';
import type { Clock } from '../../component-base/clock.ts';
import { certificateUser, type User } from '../certificates/certificate-user.ts';
import { text } from './responses.ts';

export interface AuthOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly nodeName: string;
}

const ALLOWED_MS = 5 * 60_000;
const DENIED_MS = 30_000;
const MAX_CACHED = 1000;

/** The verb and the node's subresource that a request needs. */
export function attributesOf(method: string, path: string): { readonly verb: string; readonly subresource: string } {
  const verb = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }[method] ?? 'get';
  const first = path.split('/').find((p) => p !== '') ?? '';
  const subresource = { stats: 'stats', metrics: 'metrics', logs: 'log', checkpoint: 'checkpoint', healthz: 'healthz', pods: 'pods', runningpods: 'pods', configz: 'configz' }[first] ?? 'proxy';
  return { verb, subresource };
}

export class RequestAuthorizer {
  readonly #options: AuthOptions;
  readonly #decisions = new Map<string, { readonly allowed: boolean; readonly until: number }>();

  constructor(options: AuthOptions) {
    this.#options = options;
  }

  /** The handler behind authentication and authorisation. */
  protect(next: Handler): Handler {
    return async (request) => (await this.#refusal(request)) ?? next(request);
  }

  async #refusal(request: Received): Promise<ApiResponse | undefined> {
    const user = await this.#authenticate(request);
    if (!user) return text(401, 'Unauthorized\n');
    const attributes = attributesOf(request.method, request.rawPath);
    if (await this.#isAllowed(user, attributes)) return undefined;
    return text(403, `Forbidden (user=${user.username}, verb=${attributes.verb}, resource=nodes, subresource(s)=[${attributes.subresource}])\n`);
  }

  async #authenticate(request: Received): Promise<User | undefined> {
    const [leaf] = request.connection.peerCertificates;
    if (leaf) return certificateUser(leaf);
    const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return undefined;
    const review = await this.#options.client.resource(authentication.TokenReview).create({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', metadata: {}, spec: { token } });
    const { authenticated, user } = review.status ?? {};
    return authenticated ? { username: user?.username ?? '', groups: user?.groups ?? [] } : undefined;
  }

  async #isAllowed(user: User, attributes: { readonly verb: string; readonly subresource: string }): Promise<boolean> {
    const { clock, client, nodeName } = this.#options;
    const key = JSON.stringify([user, attributes]);
    const known = this.#decisions.get(key);
    if (known && clock.now() < known.until) return known.allowed;
    const resourceAttributes = { ...attributes, version: 'v1', resource: 'nodes', name: nodeName };
    const spec = { user: user.username, groups: user.groups, resourceAttributes };
    const review = await client.resource(authorization.SubjectAccessReview).create({ apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', metadata: {}, spec });
    const allowed = review.status?.allowed === true;
    if (this.#decisions.size >= MAX_CACHED) this.#decisions.clear();
    this.#decisions.set(key, { allowed, until: clock.now() + (allowed ? ALLOWED_MS : DENIED_MS) });
    return allowed;
  }
}
