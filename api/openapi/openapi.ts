/**
 * Serves the OpenAPI documents, made lazily and anew after the registry changed; between the registry and the table of other paths (api/server/other-paths.ts).
 * Behaves like upstream kube-openapi/pkg/handler3 and handler.
 */
import type { ApiResponse } from '../../apimachinery/http.ts';
import { apiVersionOf, type GroupVersion } from '../../apimachinery/meta.ts';
import type { Registry } from '../../registry/generic/registry.ts';
import type { Discovery } from '../discovery/documents.ts';
import { toHex } from '../discovery/hex.ts';
import { documentOf } from './document.ts';
import type { OpenAPI } from './interface.ts';
import type { Json, TextOf } from './schemas.ts';
import { encodeSwagger } from './swagger-protobuf.ts';
import { swaggerOf } from './swagger.ts';

interface Made {
  readonly bytes: Uint8Array;
  readonly hash: string;
}

const encoder = new TextEncoder();
const NOTHING: ApiResponse = { status: 404, headers: {}, body: { kind: 'empty' } };
const JSON_TYPE = 'application/json';
const SWAGGER_PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
/** Go's clients write the type with an @. */
const SWAGGER_TYPES: Readonly<Record<string, string>> = {
  'application/com.github.proto-openapi.spec.v2@v1.0+protobuf': SWAGGER_PROTOBUF,
  [SWAGGER_PROTOBUF]: SWAGGER_PROTOBUF,
  'application/json': JSON_TYPE,
  'application/*': JSON_TYPE,
  '*/*': JSON_TYPE,
};
const IMMUTABLE = 'public, immutable';

export function newOpenAPI(registry: Registry, discovery: Discovery): OpenAPI {
  let made = new Map<string, Promise<Made | undefined>>();
  registry.onChange(() => (made = new Map()));
  const once = (path: string, build: () => Promise<Json | Uint8Array | undefined>): Promise<Made | undefined> => {
    let known = made.get(path);
    if (!known) made.set(path, (known = build().then((document) => document && encoded(document))));
    return known;
  };
  const v2 = async (): Promise<Json> => {
    const text = await texts();
    return swaggerOf(groupVersions().map((gv) => documentOf(registry, gv, text)).filter((d) => d !== undefined));
  };
  const swaggerProtobuf = async (): Promise<Uint8Array> => encodeSwagger(await v2());
  const groupVersions = (): GroupVersion[] => [...discovery.served()].flatMap(([group, versions]) => versions.map((version) => ({ group, version })));
  const v3 = (gv: GroupVersion): Promise<Made | undefined> => once(pathOf(gv), async () => documentOf(registry, gv, await texts()));
  return {
    async v3Index() {
      const paths: Record<string, Json> = {};
      for (const gv of groupVersions().sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1))) {
        const document = await v3(gv);
        if (document) paths[pathOf(gv)] = { serverRelativeURL: `/openapi/v3/${pathOf(gv)}?hash=${document.hash}` };
      }
      return { status: 200, headers: { 'Content-Type': 'application/json' }, body: { kind: 'bytes', bytes: encoder.encode(JSON.stringify({ paths })) } };
    },
    async v3(path, request) {
      const gv = groupVersions().find((g) => pathOf(g) === path);
      const document = gv && (await v3(gv));
      if (!document) return NOTHING;
      const asked = request.info.query.get('hash');
      if (asked !== null && asked !== document.hash) return { status: 301, headers: { Location: `${request.info.path}?hash=${document.hash}` }, body: { kind: 'empty' } };
      return answer(document, request.headers['if-none-match'], asked === null ? undefined : IMMUTABLE);
    },
    async v2(request) {
      const type = swaggerTypeOf(request.headers['accept']);
      if (type === undefined) return { status: 406, headers: {}, body: { kind: 'empty' } };
      const document = await (type === SWAGGER_PROTOBUF ? once('v2.pb', swaggerProtobuf) : once('v2', v2));
      return document ? answer(document, request.headers['if-none-match'], undefined, type) : NOTHING;
    },
  };
}

const pathOf = (gv: GroupVersion): string => `${gv.group === '' ? 'api' : 'apis'}/${apiVersionOf(gv)}`;

/** Descriptions are loaded when a document is first asked for: they are long, and most servers never need them. */
async function texts(): Promise<TextOf> {
  const { TEXTS } = await import('./texts.gen.ts');
  const parsed = new Map<string, Readonly<Record<string, string>>>();
  return (typeName, field) => {
    let of = parsed.get(typeName);
    if (!of) parsed.set(typeName, (of = JSON.parse(TEXTS[typeName] ?? '{}') as Readonly<Record<string, string>>));
    return of[field];
  };
}

async function encoded(document: Json | Uint8Array): Promise<Made> {
  const bytes = document instanceof Uint8Array ? document : encoder.encode(JSON.stringify(document));
  return { bytes, hash: toHex(new Uint8Array(await crypto.subtle.digest('SHA-512', bytes))).toUpperCase() };
}

/** The first acceptable type that can be made, by quality. */
function swaggerTypeOf(accept: string | undefined): string | undefined {
  if (accept === undefined || accept.trim() === '') return JSON_TYPE;
  const asked = accept.split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((p) => p.trim());
    return { type, quality: Number(parameters.find((p) => p.startsWith('q='))?.slice(2) ?? 1) };
  });
  return asked
    .toSorted((a, b) => b.quality - a.quality)
    .map((a) => SWAGGER_TYPES[a.type])
    .find((type) => type !== undefined);
}

function answer({ bytes, hash }: Made, known: string | undefined, cache: string | undefined, type: string = JSON_TYPE): ApiResponse {
  const headers = { ETag: `"${hash}"`, Vary: 'Accept', ...(cache !== undefined && { 'Cache-Control': cache }) };
  if (known === `"${hash}"`) return { status: 304, headers, body: { kind: 'empty' } };
  return { status: 200, headers: { ...headers, 'Content-Type': type }, body: { kind: 'bytes', bytes } };
}
