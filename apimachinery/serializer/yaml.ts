/**
 * YAML as the API reads and writes it: what is read becomes the plain values of ./json.ts, which ../schema/normalise.ts takes. Writing stands in ./yaml-writer.ts.
 * Behaves like upstream sigs.k8s.io/yaml (YAML 1.1 of go.yaml.in/yaml/v2): `yes` is true, keys become strings, only the first document is read.
 */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Document, type Scalar, type YAMLMap } from 'yaml';
import { decodeBase64 } from '../schema/base64.ts';
import { setOwn } from './json-parser.ts';
import type { JsonDocument } from './json.ts';
import { yamlErrorText } from './yaml-errors.ts';
import { resolvePlain } from './yaml-scalars.ts';

/** Thrown for text that is no YAML, or YAML that has no JSON form. The message is upstream's, as far as the mistakes can be told apart. */
export class YamlError extends Error {
  override readonly name = 'YamlError';
}

const decoder = new TextDecoder('utf-8');
/** What YAML does not allow unescaped. */
const CONTROL = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Reads the first document of a stream. `problems` holds upstream's one error for all duplicate keys (the last of them wins). Throws YamlError. */
export function decodeYaml(bytes: Uint8Array | string): JsonDocument {
  const text = typeof bytes === 'string' ? bytes : decoder.decode(bytes);
  if (CONTROL.test(text)) throw new YamlError('yaml: control characters are not allowed');
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    schema: 'failsafe',
    version: '1.1',
    merge: false,
    uniqueKeys: false,
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const document = Array.isArray(documents) ? documents[0] : undefined;
  if (!document) return { value: null, problems: [] };
  const mistake = document.errors[0];
  if (mistake) throw new YamlError(`yaml: ${yamlErrorText(mistake, lines, text)}`);
  const builder = new Builder(document, lines, text);
  const value = builder.value(document.contents);
  const problems =
    builder.duplicates.length === 0 ? [] : [`yaml: unmarshal errors:\n${builder.duplicates.map((d) => `  ${d}`).join('\n')}`];
  return { value, problems };
}

/** Splits a stream into its documents, as kubectl and helm send them. */
export function decodeYamlStream(text: string): unknown[] {
  return text
    .split(/^---(?:[ \t].*)?$/m)
    .map((part) => decodeYaml(part).value)
    .filter((value) => value !== null);
}

/** As upstream: small documents may consist of aliases nearly wholly, large ones only to a tenth. */
const FREE_ALIASED = 100;
const SMALL = 400_000;
const LARGE = 4_000_000;

class Builder {
  readonly duplicates: string[] = [];
  readonly #document: Document;
  readonly #lines: LineCounter;
  readonly #source: string;
  readonly #resolving = new Set<unknown>();
  #decoded = 0;
  #aliased = 0;

  constructor(document: Document, lines: LineCounter, source: string) {
    this.#source = source;
    this.#document = document;
    this.#lines = lines;
  }

  value(node: unknown): unknown {
    this.#count();
    if (isAlias(node)) return this.#alias(node.source, node.resolve(this.#document));
    if (isMap(node)) return this.#map(node, {});
    if (isSeq(node)) return node.items.map((item) => this.value(item));
    return isScalar(node) ? scalarValue(node, this.#source) : null;
  }

  #count(): void {
    this.#decoded++;
    if (this.#resolving.size > 0) this.#aliased++;
    if (this.#aliased > FREE_ALIASED && this.#decoded > 1_000 && this.#aliased / this.#decoded > allowedRatio(this.#decoded)) {
      throw new YamlError('yaml: document contains excessive aliasing');
    }
  }

  #alias(name: string, target: unknown): unknown {
    if (target === undefined) throw new YamlError(`yaml: unknown anchor '${name}' referenced`);
    if (this.#resolving.has(target)) throw new YamlError(`yaml: anchor '${name}' value contains itself`);
    this.#resolving.add(target);
    const value = this.value(target);
    this.#resolving.delete(target);
    return value;
  }

  #map(map: YAMLMap, into: Record<string, unknown>): Record<string, unknown> {
    for (const pair of map.items) {
      if (isScalar(pair.key) && pair.key.value === '<<' && pair.key.type === 'PLAIN') {
        this.#merge(pair.value, into);
        continue;
      }
      const key = this.#key(pair.key, pair.value);
      const value = this.value(pair.value);
      if (Object.hasOwn(into, key.name))
        this.duplicates.push(`line ${this.#lineOf(pair.value, pair.key)}: key ${key.text} already set in map`);
      setOwn(into, key.name, value);
    }
    return into;
  }

  /** The string that JSON takes, and Go's form of the key in messages. */
  #key(node: unknown, member: unknown): { readonly name: string; readonly text: string } {
    const key = this.value(node);
    if (typeof key === 'string') return { name: key, text: JSON.stringify(key) };
    if (key === null) throw new YamlError(`unsupported map key of type: %!s(<nil>), key: <nil>, value: ${goValue(this.value(member))}`);
    if (typeof key === 'object') throw new YamlError(`yaml: invalid map key: ${goValue(key)}`);
    return { name: String(key), text: String(key) };
  }

  #merge(node: unknown, into: Record<string, unknown>): void {
    const target = isAlias(node) ? node.resolve(this.#document) : node;
    if (isMap(target)) for (const [key, value] of Object.entries(this.#map(target, {}))) setOwn(into, key, value);
    else if (isSeq(target)) for (const item of [...target.items].reverse()) this.#merge(item, into);
    else throw new YamlError('yaml: map merge requires map or sequence of maps as the value');
  }

  #lineOf(...nodes: unknown[]): number {
    for (const node of nodes) {
      const range = (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)) && node.range;
      if (range) return this.#lines.linePos(range[0]).line;
    }
    return 0;
  }
}

/** Go's %#v, for the values that occur in messages. */
function goValue(value: unknown): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goValue).join(', ')}}`;
  if (value === null) return 'interface {}(nil)';
  if (typeof value === 'object')
    return `map[interface {}]interface {}{${Object.entries(value)
      .map(([k, v]) => `${JSON.stringify(k)}:${goValue(v)}`)
      .join(', ')}}`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function allowedRatio(decoded: number): number {
  if (decoded <= SMALL) return 0.99;
  return decoded >= LARGE ? 0.1 : 0.99 - 0.89 * ((decoded - SMALL) / (LARGE - SMALL));
}

const TAGS = 'tag:yaml.org,2002:';
const GO_TAGS: Readonly<Record<string, string>> = { string: 'str', boolean: 'bool', bigint: 'int' };

function scalarValue(node: Scalar, source: string): unknown {
  const text = typeof node.value === 'string' ? unterminated(node, node.value, source) : String(node.source ?? '');
  const { tag } = node;
  if (tag === `${TAGS}binary`) return binaryText(text);
  const isPlain = node.type === 'PLAIN' || node.type === undefined;
  if (tag === undefined && !isPlain) return text;
  if (tag !== undefined && !RESOLVED.has(tag)) return text;
  const value = isPlain ? resolvePlain(text) : text;
  if (tag !== undefined && !fits(value, tag))
    throw new YamlError(`yaml: cannot decode !!${goTag(value)} \`${text}\` as a !!${tag.slice(TAGS.length)}`);
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new YamlError(`json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`);
  return value;
}

/** Tags whose scalars are resolved; a text with another tag (`!foo`, `!!str`) stays a text. */
const RESOLVED = new Set(['bool', 'int', 'float', 'null', 'timestamp'].map((name) => TAGS + name));

const goTag = (value: unknown): string =>
  value === null ? 'null' : typeof value === 'number' ? (Number.isInteger(value) ? 'int' : 'float') : (GO_TAGS[typeof value] ?? 'str');

function fits(value: unknown, tag: string): boolean {
  const wanted = tag.slice(TAGS.length);
  return (
    goTag(value) === wanted || (wanted === 'float' && typeof value === 'number') || (wanted === 'timestamp' && typeof value === 'string')
  );
}

/** A block scalar that the text's end cuts off has no final line break. */
function unterminated(node: Scalar, value: string, source: string): string {
  const isBlock = node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED';
  return isBlock && value.endsWith('\n') && !source.endsWith('\n') && (node.range?.[1] ?? 0) >= source.length ? value.slice(0, -1) : value;
}

function binaryText(text: string): string {
  const bytes = decodeBase64(text.replaceAll(/\s/g, ''));
  if (typeof bytes === 'number') throw new YamlError('yaml: !!binary value contains invalid base64 data');
  return decoder.decode(bytes);
}
