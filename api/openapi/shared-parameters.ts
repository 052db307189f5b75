/** Parameters that many operations share stand once in an OpenAPI v2 document, under their name and a hash of what they say. Behaves like upstream kube-openapi/pkg/builder/parameters.go. */
import type { Json } from './schemas.ts';

const GENERIC = '#/definitions/io.k8s.apimachinery';
/** Clients look for these in the operations. */
const NEVER = new Set(['name/path', 'name/query', 'fieldValidation/query', 'dryRun/query']);

const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const BITS = 64n;
/** Of the hash's eight bytes, the first six: eight letters. */
const KEPT = 6;
const encoder = new TextEncoder();

/** FNV-1, in URL-safe base64. */
function hashed(text: string): string {
  let hash = OFFSET;
  for (const byte of encoder.encode(text)) hash = BigInt.asUintN(Number(BITS), hash * PRIME) ^ BigInt(byte);
  const bytes = Array.from({ length: KEPT }, (_, i) => Number((hash >> (BITS - 8n * BigInt(i + 1))) & 0xffn));
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_');
}

/** As Go's encoder writes it: three letters are escaped, and members stand in this order. */
function goJson({ name, in: place, required, schema, description, type, uniqueItems }: Json): string {
  const escaped = JSON.stringify({ uniqueItems, type, description, name, in: place, required, schema });
  return escaped.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const isShared = (parameter: Json): boolean => {
  if (parameter['in'] !== 'body') return !NEVER.has(`${String(parameter['name'])}/${String(parameter['in'])}`);
  return String((parameter['schema'] as Json | undefined)?.['$ref']).startsWith(GENERIC);
};

export class SharedParameters {
  readonly #names = new Map<string, string>();
  readonly #all = new Map<string, Json>();

  /** The parameter itself, or a reference to it. */
  use(parameter: Json): Json {
    if (!isShared(parameter)) return parameter;
    const text = goJson(parameter);
    let name = this.#names.get(text);
    if (name === undefined) {
      name = `${String(parameter['name'])}-${hashed(text)}`;
      this.#names.set(text, name);
      this.#all.set(name, parameter);
    }
    return { $ref: `#/parameters/${name}` };
  }

  all(): Record<string, Json> {
    return Object.fromEntries([...this.#all].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
