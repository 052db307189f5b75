/** A discovery document in the form that the client accepts. Behaves like upstream apiserver/pkg/endpoints/discovery/aggregated/wrapper.go and etag.go. */
import type { ApiResponse } from '../../apimachinery/http.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import * as meta from '../../apimachinery/types/meta.gen.ts';
import type { KindType } from '../../apimachinery/types/type.ts';
import type { Authenticated } from '../../registry/generic/context.ts';
import { negotiate, parseAccept } from '../endpoints/accept.ts';
import { encodeObject } from '../endpoints/encode.ts';
import { toHex } from './hex.ts';
import type { Discovery } from './documents.ts';

const encoder = new TextEncoder();
const KINDS: Readonly<Record<string, KindType<unknown>>> = { APIGroup: meta.APIGroup, APIGroupList: meta.APIGroupList, APIResourceList: meta.APIResourceList, APIVersions: meta.APIVersions };
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Encoded once per change of the registry. */
const aggregatedBytes = new WeakMap<Discovery, Map<string, { readonly generation: number; readonly bytes: Uint8Array; readonly etag: string }>>();

/** `prefix`: the document has an aggregated form. */
export async function encodedDocument(discovery: Discovery, prefix: 'api' | 'apis' | undefined, document: object, request: Authenticated): Promise<ApiResponse> {
  if (prefix && wantsAggregated(request)) return aggregatedAnswer(discovery, prefix, request);
  const { mediaType, pretty } = negotiate(request, { protobuf: true, asIs: true });
  const kind = KINDS[(document as Obj).kind];
  if (!kind) throw new Error(`${(document as Obj).kind} is no discovery document`);
  const { bytes, contentType } = encodeObject(document as Obj, { mediaType, pretty }, { gvk: { ...kind.gvk, group: '' }, schema: kind.schema });
  return { status: 200, headers: { 'Content-Type': contentType, ...(prefix && { Vary: 'Accept' }) }, body: { kind: 'bytes', bytes } };
}

/** The first clause that can be served decides; aggregated documents are JSON only. */
function wantsAggregated(request: Authenticated): boolean {
  for (const { type, subtype, params } of parseAccept(request.headers['accept'] ?? '')) {
    if (type !== 'application' || subtype !== 'json') continue;
    if (params['as'] === undefined) return false;
    if (params['g'] === 'apidiscovery.k8s.io' && params['v'] === 'v2' && params['as'] === 'APIGroupDiscoveryList') return true;
  }
  return false;
}

async function aggregatedAnswer(discovery: Discovery, prefix: 'api' | 'apis', request: Authenticated): Promise<ApiResponse> {
  const known = aggregatedBytes.get(discovery) ?? new Map<string, never>();
  aggregatedBytes.set(discovery, known);
  let made = known.get(prefix);
  if (!made || made.generation !== discovery.generation) {
    const { generation } = discovery;
    const bytes = encoder.encode(`${JSON.stringify(await discovery.aggregated(prefix))}\n`);
    const etag = `"${toHex(new Uint8Array(await crypto.subtle.digest('SHA-512', bytes))).toUpperCase()}"`;
    made = { generation, bytes, etag };
    (known as Map<string, typeof made>).set(prefix, made);
  }
  const headers = { ETag: made.etag, Vary: 'Accept' };
  if (request.headers['if-none-match'] === made.etag) return { status: 304, headers, body: { kind: 'empty' } };
  return { status: 200, headers: { ...headers, 'Content-Type': AGGREGATED }, body: { kind: 'bytes', bytes: made.bytes } };
}
