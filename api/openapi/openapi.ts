/**
 * Serves the OpenAPI documents, made lazily and anew after the registry changed; between the registry and the table of other paths (api/server/other-paths.ts).
 * Behaves like upstream kube-openapi/pkg/handler3 and handler.
 */
import type { ApiResponse } from '../../apimachinery/http.ts';
import { apiVersionOf, type GroupVersion } from '../../apimachinery/meta.ts';
import type { Registry } from '../../registry/generic/registry.ts';
import type { Clock } from '../../component-base/clock.ts';
import { Turns } from '../../component-base/turns.ts';
import type { Authenticated } from '../../registry/generic/context.ts';
import type { Discovery } from '../discovery/documents.ts';
import { toHex } from '../discovery/hex.ts';
import { encodeDocument } from './document-protobuf.ts';
import { documentOf } from './document.ts';
import type { OpenAPI } from './interface.ts';
import type { ServedResource } from './operation.ts';
import type { Route } from './route.ts';
import { groupRoutes, groupVersionRoutes, isCustom, OTHER_ROUTES } from './routes.ts';
import { Run } from './run.ts';
import type { Json, TextOf } from './schemas.ts';
import { servedIn } from './served.ts';
import { encodeSwagger } from './swagger-protobuf.ts';
import { swaggerOf } from './swagger.ts';
import { loadTexts } from './texts.ts';

/** One document in both encodings, each made when it is first asked for. Both have the ETag of the JSON. */
interface Made {
  readonly json: Uint8Array;
  readonly hash: string;
  protobuf(): Promise<Uint8Array>;
}

const encoder = new TextEncoder();
const NOTHING: ApiResponse = { status: 404, headers: {}, body: { kind: 'empty' } };
const JSON_TYPE = 'application/json';
/** Of the index upstream names no other type. */
const PLAIN = 'text/plain; charset=utf-8';
const A_YEAR = 365 * 24 * 3600 * 1000;

/** Media types by what clients ask for; Go's clients write protobuf's with an @. */
function mediaTypes(version: 'v2' | 'v3'): Readonly<Record<string, string>> {
  const protobuf = `application/com.github.proto-openapi.spec.${version}.v1.0+protobuf`;
  return { [`application/com.github.proto-openapi.spec.${version}@v1.0+protobuf`]: protobuf, [protobuf]: protobuf, [JSON_TYPE]: JSON_TYPE, 'application/*': JSON_TYPE, '*/*': JSON_TYPE };
}
const SWAGGER_TYPES = mediaTypes('v2');
const DOCUMENT_TYPES = mediaTypes('v3');

interface Described {
  readonly routes: readonly Route[];
  readonly served: readonly ServedResource[];
}

type Describe = (text: TextOf) => Described;

/** Everything that documents describe, by the path below /openapi/v3/, sorted. */
function describedPaths(registry: Registry, discovery: Discovery): ReadonlyMap<string, Describe> {
  const paths = new Map<string, Describe>([...OTHER_ROUTES].map(([path, routes]) => [path, () => ({ routes, served: [] })]));
  for (const [group, versions] of discovery.served()) {
    for (const gv of versions.map((version) => ({ group, version }))) {
      const served = servedIn(registry, gv);
      paths.set(pathOf(gv), (text) => ({ routes: groupVersionRoutes(gv, served, text), served }));
      if (group !== '' && !served.every(isCustom)) paths.set(`apis/${group}`, () => ({ routes: groupRoutes(group), served: [] }));
    }
  }
  return new Map([...paths].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function newOpenAPI(registry: Registry, discovery: Discovery, clock: Clock): OpenAPI {
  let made = new Map<string, Promise<Made>>();
  registry.onChange(() => (made = new Map()));
  const turns = new Turns(clock);
  const newRun = async (): Promise<Run> => new Run(await loadTexts(), turns);
  const once = (path: string, build: () => Promise<Made>): Promise<Made> => {
    let known = made.get(path);
    if (!known) made.set(path, (known = build()));
    return known;
  };
  const build = (described: Describe, run: Run): Promise<Json> => {
    const { routes, served } = described(run.text);
    return documentOf(routes, served, run);
  };
  const v3 = (path: string): Promise<Made> | undefined => {
    const described = describedPaths(registry, discovery).get(path);
    return described && once(path, async () => madeOf(await newRun(), (run) => build(described, run), encodeDocument, newRun));
  };
  const swagger = (run: Run): Promise<Json> => {
    const all = [...describedPaths(registry, discovery).values()].map((described) => described(run.text));
    return swaggerOf(all.flatMap((d) => d.routes), all.flatMap((d) => d.served), run);
  };
  const v2 = (): Promise<Made> => once('v2', async () => madeOf(await newRun(), swagger, encodeSwagger, newRun));
  /** Only hashes are kept of documents that nobody asked for. */
  const index = (): Promise<Made> => once('', async () => {
    const run = await newRun();
    const paths: Record<string, Json> = {};
    for (const [path, described] of describedPaths(registry, discovery)) {
      const document = await madeOf(run, () => build(described, run), encodeDocument, newRun);
      paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${document.hash}` };
    }
    return madeOf(run, () => Promise.resolve({ paths }), encodeDocument, newRun);
  });
  return {
    v3Index: async () => ({ status: 200, headers: { 'Content-Type': PLAIN }, body: { kind: 'bytes', bytes: (await index()).json } }),
    async v3(path, request) {
      const type = acceptedType(request, DOCUMENT_TYPES);
      if (type === undefined) return notAcceptable();
      const document = await v3(path);
      if (!document) return NOTHING;
      const asked = request.info.query.get('hash');
      if (asked === null || asked === '') return answer(document, type, request);
      if (asked !== document.hash) return { status: 301, headers: { Location: `${request.info.path}?hash=${document.hash}`, ETag: `"${document.hash}"`, Vary: 'Accept', 'Content-Type': type }, body: { kind: 'empty' } };
      return answer(document, type, request, { 'Cache-Control': 'public, immutable', Expires: new Date(clock.now() + A_YEAR).toUTCString() });
    },
    async v2(request) {
      const type = acceptedType(request, SWAGGER_TYPES);
      return type === undefined ? notAcceptable() : answer(await v2(), type, request);
    },
  };
}

const pathOf = (gv: GroupVersion): string => `${gv.group === '' ? 'api' : 'apis'}/${apiVersionOf(gv)}`;
const notAcceptable = (): ApiResponse => ({ status: 406, headers: { Vary: 'Accept' }, body: { kind: 'empty' } });

/** Paths and schemas are written one by one. */
const DEPTH = 3;

async function madeOf(run: Run, build: (run: Run) => Promise<Json>, encode: (document: Json, run: Run) => Promise<Uint8Array>, newRun: () => Promise<Run>): Promise<Made> {
  const json = encoder.encode(await run.json(await build(run), DEPTH));
  const hash = toHex(new Uint8Array(await crypto.subtle.digest('SHA-512', json))).toUpperCase();
  const again = async (): Promise<Uint8Array> => {
    const fresh = await newRun();
    return encode(await build(fresh), fresh);
  };
  let protobuf: Promise<Uint8Array> | undefined;
  return { json, hash, protobuf: () => (protobuf ??= again()) };
}

/** The first acceptable type that can be made, by quality. */
function acceptedType(request: Authenticated, types: Readonly<Record<string, string>>): string | undefined {
  const accept = request.headers['accept'];
  if (accept === undefined || accept.trim() === '') return JSON_TYPE;
  const asked = accept.split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((p) => p.trim());
    return { type, quality: Number(parameters.find((p) => p.startsWith('q='))?.slice(2) ?? 1) };
  });
  return asked
    .toSorted((a, b) => b.quality - a.quality)
    .map((a) => types[a.type])
    .find((type) => type !== undefined);
}

async function answer({ json, hash, protobuf }: Made, type: string, request: Authenticated, more: Readonly<Record<string, string>> = {}): Promise<ApiResponse> {
  const headers = { ETag: `"${hash}"`, Vary: 'Accept', ...more };
  if (request.headers['if-none-match'] === `"${hash}"`) return { status: 304, headers, body: { kind: 'empty' } };
  return { status: 200, headers: { ...headers, 'Content-Type': type }, body: { kind: 'bytes', bytes: type === JSON_TYPE ? json : await protobuf() } };
}
