/** What form of answer a client wants. Behaves like upstream apiserver/pkg/endpoints/handlers/negotiation and munnerz/goautoneg. */
import { newNotAcceptable, newUnsupportedMediaType } from '../../apimachinery/errors.ts';
import type { Authenticated } from '../../registry/generic/context.ts';

export type MediaType = 'application/json' | 'application/yaml' | 'application/vnd.kubernetes.protobuf';
export type Conversion = 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';

/** How an answer is to be encoded. */
export interface Answer {
  readonly mediaType: MediaType;
  readonly pretty: boolean;
  /** Another kind instead of the object's own, in meta.k8s.io/v1 or v1beta1. */
  readonly as?: { readonly kind: Conversion; readonly version: string };
}

export const MEDIA_TYPES: readonly MediaType[] = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const JSON_ANSWER: Answer = { mediaType: 'application/json', pretty: false };
const PRETTY_JSON: Answer = { mediaType: 'application/json', pretty: true };

/** `protobuf` false: custom resources are not served in it, except as metadata. Throws NotAcceptable. */
export function negotiate(request: Authenticated, options: { readonly protobuf: boolean; readonly stream?: boolean }): Answer {
  const pretty = wantsPretty(request);
  const accept = request.headers['accept'] ?? '';
  if (accept === '' || accept === 'application/json' || accept === '*/*') return pretty ? PRETTY_JSON : JSON_ANSWER;
  for (const clause of parseAccept(accept)) {
    for (const mediaType of MEDIA_TYPES) {
      const answer = matches(clause, mediaType) ? accepted(clause, mediaType, pretty, options) : undefined;
      if (answer) return answer;
    }
  }
  const suffix = options.stream ? ';stream=watch' : '';
  const offered = options.stream ? MEDIA_TYPES : MEDIA_TYPES;
  throw newNotAcceptable(`only the following media types are accepted: ${offered.map((m) => m + suffix).join(', ')}`);
}

interface Clause {
  readonly type: string;
  readonly subtype: string;
  readonly q: number;
  readonly params: Readonly<Record<string, string>>;
}

/** By quality, then as given. */
export function parseAccept(header: string): readonly Clause[] {
  return header
    .split(',')
    .map(parseClause)
    .filter((c) => c.type !== '')
    .sort((a, b) => b.q - a.q);
}

function parseClause(text: string): Clause {
  const [media = '', ...rest] = text.split(';');
  const [type = '', subtype = '', extra] = media.trim().split('/');
  const params: Record<string, string> = {};
  let q = 1;
  for (const part of rest) {
    const [name = '', value] = part.split('=', 2).map((s) => s.trim());
    if (value === undefined) continue;
    if (name === 'q') q = Number.parseFloat(value) || 0;
    else params[name] = value.replace(/^"|"$/g, '');
  }
  const bare = media.trim() === '*';
  return extra === undefined ? { type: bare ? '*' : type, subtype: bare ? '*' : subtype, q, params } : { type: '', subtype: '', q, params };
}

function matches(clause: Clause, mediaType: MediaType): boolean {
  const [type = '', subtype = ''] = mediaType.split('/');
  if (clause.type === '*') return clause.subtype === '*';
  return clause.type === type && (clause.subtype === subtype || clause.subtype === '*');
}

function accepted(clause: Clause, mediaType: MediaType, pretty: boolean, options: { readonly protobuf: boolean }): Answer | undefined {
  const { as: kind, g, v, stream, sv, pretty: asked } = clause.params;
  if (stream !== undefined && stream !== '' && stream !== 'watch') return undefined;
  if (sv !== undefined && sv !== '' && sv !== 'v1') return undefined;
  const wanted = { mediaType, pretty: pretty || asked === '1' };
  if (kind === undefined && g === undefined && v === undefined) return options.protobuf || mediaType !== 'application/vnd.kubernetes.protobuf' ? wanted : undefined;
  if (g !== 'meta.k8s.io' || (v !== 'v1' && v !== 'v1beta1')) return undefined;
  if (kind === 'Table') return mediaType === 'application/vnd.kubernetes.protobuf' ? undefined : { ...wanted, as: { kind, version: v } };
  if (kind === 'PartialObjectMetadata' || kind === 'PartialObjectMetadataList') return { ...wanted, as: { kind, version: v } };
  return undefined;
}

const PRETTY_AGENTS = ['curl', 'Wget', 'Mozilla/5.0'];

function wantsPretty(request: Authenticated): boolean {
  if (request.rawQuery.includes('pretty')) {
    const value = request.info.query.get('pretty') ?? '';
    if (value !== '') return ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value);
  }
  const agent = request.headers['user-agent'] ?? '';
  return PRETTY_AGENTS.some((a) => agent.startsWith(a));
}

/** The media type of a body; absent: JSON. Throws UnsupportedMediaType. */
export function inputMediaType(request: Authenticated, offered: readonly MediaType[] = MEDIA_TYPES): MediaType {
  const header = request.headers['content-type'] ?? '';
  if (header === '') return 'application/json';
  const bare = (header.split(';')[0] ?? '').trim().toLowerCase();
  const known = offered.find((m) => m === bare);
  if (!known) throw newUnsupportedMediaType(`the body of the request was in an unknown format - accepted media types include: ${offered.join(', ')}`);
  return known;
}
