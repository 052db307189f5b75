/** Reads all that an API server serves, in every version and encoding, over the wire. */
import type { Transport, TransportResponse } from '../../../client/interface.ts';

export interface Served {
  /** `/api/v1`, `/apis/apps/v1` */
  readonly base: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

export interface Answer {
  readonly status: number;
  readonly bytes: Uint8Array;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export interface ApiObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly resourceVersion?: string };
}

interface GroupList {
  readonly groups: readonly { readonly versions: readonly { readonly groupVersion: string }[] }[];
}
interface ResourceList {
  readonly resources: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean; readonly verbs: readonly string[] }[];
}

export const MEDIA = {
  json: 'application/json',
  protobuf: 'application/vnd.kubernetes.protobuf',
  table: 'application/json;as=Table;v=v1;g=meta.k8s.io',
  metadata: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
} as const;
export type Media = keyof typeof MEDIA;

const parse = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes)) as unknown;

export class Reader {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async ask(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const [pathname = '', query] = path.split('?');
    const content = body === undefined ? undefined : new TextEncoder().encode(JSON.stringify(body));
    const response: TransportResponse = await this.#transport.send({
      method,
      path: pathname,
      ...(query !== undefined && { query: new URLSearchParams(query) }),
      headers: { accept: MEDIA.json, ...(content && { 'content-type': MEDIA.json }), ...headers },
      ...(content && { body: { bytes: content } }),
    });
    return { status: response.status, bytes: await response.bytes() };
  }

  /** A server that is not ready yet is asked again. */
  async read<T>(path: string, media: Media = 'json'): Promise<T> {
    const { status, bytes } = await this.ask('GET', path, undefined, { accept: MEDIA[media] });
    if (status === 429) {
      await new Promise((done) => setTimeout(done, 200));
      return this.read<T>(path, media);
    }
    if (status !== 200) throw new Error(`GET ${path} (${media}): ${status} ${new TextDecoder().decode(bytes)}`);
    return parse(bytes) as T;
  }

  /** Every resource that can be listed, in every version that is served. */
  async served(): Promise<Served[]> {
    const { groups } = await this.read<GroupList>('/apis');
    const bases = ['/api/v1', ...groups.flatMap((g) => g.versions.map((v) => `/apis/${v.groupVersion}`))];
    const lists = await Promise.all(bases.map((base) => this.#resourcesOf(base)));
    return lists.flatMap(({ base, list }) => list.resources.filter((r) => r.verbs.includes('list') && !r.name.includes('/')).map((r) => ({ base, plural: r.name, kind: r.kind, namespaced: r.namespaced, verbs: r.verbs })));
  }

  /** A group whose server is somewhere else, and not there, has none. */
  async #resourcesOf(base: string): Promise<{ readonly base: string; readonly list: ResourceList }> {
    const { status, bytes } = await this.ask('GET', base);
    return { base, list: status === 503 ? { resources: [] } : (parse(bytes) as ResourceList) };
  }
}

export const listPath = ({ base, plural }: Served): string => `${base}/${plural}`;

export function objectPath({ base, plural, namespaced }: Served, { metadata }: ApiObject): string {
  return `${base}${namespaced ? `/namespaces/${metadata.namespace}` : ''}/${plural}/${encodeURIComponent(metadata.name)}`;
}
