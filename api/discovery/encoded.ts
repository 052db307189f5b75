/** A discovery document in the form that the client accepts. Behaves like upstream apiserver/pkg/endpoints/discovery/aggregated/wrapper.go and etag.go. */
import type { ApiResponse } from '../../apimachinery/http.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import { APIGroupDiscoveryList } from '../../apimachinery/types/apidiscovery.gen.ts';
import * as meta from '../../apimachinery/types/meta.gen.ts';
import type { KindType } from '../../apimachinery/types/type.ts';
import type { Authenticated } from '../../registry/generic/context.ts';
import { negotiate, parseAccept } from '../endpoints/accept.ts';
import { encodeObject } from '../endpoints/encode.ts';
import { toHex } from './hex.ts';
import type { Discovery } from './documents.ts';

const encoder = new TextEncoder();
const KINDS: Readonly<Record<string, KindType<unknown>>> = { APIGroup: meta.APIGroup, APIGroupList: meta.APIGroupList, APIResourceList: meta.APIResourceList, APIVersions: meta.APIVersions };
const AGGREGATED = ';g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const MEDIA_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'] as const;
type MediaType = (typeof MEDIA_TYPES)[number];

/** One document per prefix, made once per change of the registry; each encoding when it is first asked for. */
interface Made {
  readonly generation: number;
  readonly document: Obj;
  readonly etag: string;
  readonly encodings: Map<MediaType, Uint8Array>;
}
const aggregatedDocuments = new WeakMap<Discovery, Map<string, Made>>();

/** `prefix`: the document has an aggregated form. */
export async function encodedDocument(discovery: Discovery, prefix: 'api' | 'apis' | undefined, document: object, request: Authenticated): Promise<ApiResponse> {
  const aggregated = prefix && aggregatedType(request);
  if (aggregated) return aggregatedAnswer(discovery, prefix, aggregated, request);
  const { mediaType, pretty } = negotiate(request, { protobuf: true, asIs: true });
  const kind = KINDS[(document as Obj).kind];
  if (!kind) throw new Error(`${(document as Obj).kind} is no discovery document`);
  const { bytes, contentType } = encodeObject(document as Obj, { mediaType, pretty }, { gvk: { ...kind.gvk, group: '' }, schema: kind.schema });
  return { status: 200, headers: { 'Content-Type': contentType }, body: { kind: 'bytes', bytes } };
}

/** The first clause that can be served decides. */
function aggregatedType(request: Authenticated): MediaType | undefined {
  for (const { type, subtype, params } of parseAccept(request.headers['accept'] ?? '')) {
    const mediaType = MEDIA_TYPES.find((m) => m === `${type}/${subtype}`);
    if (!mediaType) continue;
    if (params['as'] === undefined) return undefined;
    if (params['g'] === 'apidiscovery.k8s.io' && params['v'] === 'v2' && params['as'] === 'APIGroupDiscoveryList') return mediaType;
  }
  return undefined;
}

async function madeFor(discovery: Discovery, prefix: 'api' | 'apis'): Promise<Made> {
  const known = aggregatedDocuments.get(discovery) ?? new Map<string, Made>();
  aggregatedDocuments.set(discovery, known);
  const before = known.get(prefix);
  if (before?.generation === discovery.generation) return before;
  const { generation } = discovery;
  const document = (await discovery.aggregated(prefix)) as Obj;
  const json = encoder.encode(`${JSON.stringify(document)}\n`);
  const etag = `"${toHex(new Uint8Array(await crypto.subtle.digest('SHA-512', json))).toUpperCase()}"`;
  const made: Made = { generation, document, etag, encodings: new Map([['application/json', json]]) };
  known.set(prefix, made);
  return made;
}

async function aggregatedAnswer(discovery: Discovery, prefix: 'api' | 'apis', mediaType: MediaType, request: Authenticated): Promise<ApiResponse> {
  const { document, etag, encodings } = await madeFor(discovery, prefix);
  const headers = { ETag: etag, Vary: 'Accept', 'Cache-Control': 'public' };
  if (request.headers['if-none-match'] === etag) return { status: 304, headers, body: { kind: 'empty' } };
  let bytes = encodings.get(mediaType);
  if (!bytes) encodings.set(mediaType, (bytes = encodeObject(document, { mediaType, pretty: false }, { gvk: APIGroupDiscoveryList.gvk, schema: APIGroupDiscoveryList.schema }).bytes));
  return { status: 200, headers: { ...headers, 'Content-Type': `${mediaType}${AGGREGATED}` }, body: { kind: 'bytes', bytes } };
}
