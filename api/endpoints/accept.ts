/** What form of answer a client wants. Behaves like upstream apiserver/pkg/endpoints/handlers/negotiation and munnerz/goautoneg. */
import { StatusError, newNotAcceptable, newUnsupportedMediaType } from '../../apimachinery/errors.ts';
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
const JSON_TYPE: MediaType = 'application/json';
const JSON_ANSWER: Answer = { mediaType: 'application/json', pretty: false };
const PRETTY_JSON: Answer = { mediaType: 'application/json', pretty: true };

export interface Offer {
  /** False: custom resources are not served in it, except as metadata. */
  readonly protobuf: boolean;
  /** The answer has one form only: nothing is shown as another kind (discovery, errors). */
  readonly asIs?: boolean;
  /** False: what only takes questions or actions is not shown as a Table. */
  readonly table?: boolean;
}

/** Throws NotAcceptable. */
export function negotiate(request: Authenticated, options: Offer): Answer {
  const pretty = wantsPretty(request);
  const accept = request.headers['accept'] ?? '';
  if (accept === '' || accept === 'application/json' || accept === '*/*') return pretty ? PRETTY_JSON : JSON_ANSWER;
  for (const clause of parseAccept(accept)) {
    for (const mediaType of MEDIA_TYPES) {
      const answer = matches(clause, mediaType) ? accepted(clause, mediaType, pretty, options) : undefined;
      if (answer) return answer;
    }
  }
  throw newNotAcceptable(`only the following media types are accepted: ${MEDIA_TYPES.join(', ')}`);
}

interface Clause {
  readonly type: string;
  readonly subtype: string;
  readonly q: number;
  readonly params: Readonly<Record<string, string>>;
}

/** In the order that upstream tries them. */
export function parseAccept(header: string): readonly Clause[] {
  const clauses = header.split(',').map(parseClause).filter((c) => c !== undefined);
  for (let i = 1; i < clauses.length; i++) {
    for (let j = i; j > 0 && goesBefore(clauses[j] as Clause, clauses[j - 1] as Clause); j--) [clauses[j - 1], clauses[j]] = [clauses[j] as Clause, clauses[j - 1] as Clause];
  }
  return clauses;
}

/** No order in the strict sense: a wildcard gives way to what follows it, whatever their qualities. So the insertion above is part of the rule. */
const goesBefore = (a: Clause, b: Clause): boolean => a.q > b.q || (a.type !== '*' && b.type === '*') || (a.subtype !== '*' && b.subtype === '*');

const trimmed = (text: string): string => text.replace(/^ +| +$/g, '');

function parseClause(text: string): Clause | undefined {
  const [media = '', ...rest] = trimmed(text).split(';');
  const [type = '', subtype = '', extra] = media.split('/').map(trimmed);
  if (extra !== undefined && extra !== '') return undefined;
  if (subtype === '' && type !== '*') return undefined;
  const params: Record<string, string> = {};
  let q = 1;
  for (const part of rest) {
    const [name = '', value = '', more = ''] = part.split('=');
    if (value === '' || more !== '') continue;
    if (trimmed(name) === 'q') q = Number(value) || 0;
    else params[trimmed(name)] = trimmed(value);
  }
  return { type, subtype: subtype === '' ? '*' : subtype, q, params };
}

function matches(clause: Clause, mediaType: MediaType): boolean {
  const [type = '', subtype = ''] = mediaType.split('/');
  if (clause.type === '*') return clause.subtype === '*';
  return clause.type === type && (clause.subtype === subtype || clause.subtype === '*');
}

function accepted(clause: Clause, mediaType: MediaType, pretty: boolean, options: Offer): Answer | undefined {
  const { as: kind, g, v, stream, sv, pretty: asked } = clause.params;
  if (stream && (stream !== 'watch' || mediaType === 'application/yaml')) return undefined;
  if (sv && (sv !== 'v1' || options.asIs)) return undefined;
  const wanted = { mediaType, pretty: pretty || asked === '1' };
  if (kind === undefined && g === undefined && v === undefined) return options.protobuf || mediaType !== 'application/vnd.kubernetes.protobuf' ? wanted : undefined;
  if (options.asIs || g !== 'meta.k8s.io' || (v !== 'v1' && v !== 'v1beta1')) return undefined;
  if (kind === 'Table') return mediaType === 'application/vnd.kubernetes.protobuf' || options.table === false ? undefined : { ...wanted, as: { kind, version: v } };
  if (kind === 'PartialObjectMetadata' || kind === 'PartialObjectMetadataList') return { ...wanted, as: { kind, version: v } };
  return undefined;
}

/** A router compares bare media types before any negotiation. Throws NotAcceptable. Behaves like emicklei/go-restful's Route.matchesAccept. */
export function checkRepresentations(request: Authenticated, offered: readonly string[] = MEDIA_TYPES): void {
  const accept = request.headers['accept'] ?? '';
  if (accept === '' || isOffered(accept, offered)) return;
  if (accept.split(',').some((part) => isOffered(trimmed(part.split(';')[0] ?? ''), offered))) return;
  throw new StatusError(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${offered.join(', ')}`, {});
}

const isOffered = (mediaType: string, offered: readonly string[]): boolean => mediaType === '*/*' || offered.includes(mediaType);

const PRETTY_AGENTS = ['curl', 'Wget', 'Mozilla/5.0'];

function wantsPretty(request: Authenticated): boolean {
  if (request.rawQuery.includes('pretty')) {
    const value = request.info.query.get('pretty') ?? '';
    if (value !== '') return ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value);
  }
  const agent = request.headers['user-agent'] ?? '';
  return PRETTY_AGENTS.some((a) => agent.startsWith(a));
}

/** `name=value` in Go's mime package; only the last may be empty, which upstream does not mind either. */
const isParameter = (text: string, i: number, all: readonly string[]): boolean => /^\s*[^\s=;,"]+=("(?:[^"\\]|\\.)*"|[^\s=;,"]+)\s*$/.test(text) || (i === all.length - 1 && text.trim() === '');

/** The media type of a body; absent: JSON. Throws UnsupportedMediaType. */
export function inputMediaType(request: Authenticated, offered: readonly MediaType[] = MEDIA_TYPES): MediaType {
  const header = request.headers['content-type'] ?? '';
  if (header === '' || (header === JSON_TYPE && offered.includes(JSON_TYPE))) return JSON_TYPE;
  const [bare = '', ...params] = header.split(';');
  const known = params.every(isParameter) ? offered.find((m) => m === bare.trim().toLowerCase()) : undefined;
  if (!known) throw newUnsupportedMediaType(`the body of the request was in an unknown format - accepted media types include: ${offered.join(', ')}`);
  return known;
}
