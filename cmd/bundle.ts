/**
 * The programs as few files (dist/bundle, made by hack/bundle.ts), with what V8 compiled of them in a warm run beside them. A bundle that is older than what tsc wrote is none, and a code
 * cache that is damaged, of another Node or of other flags counts for nothing: the programs then run as they are, only slower to start.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';

/** The folder of the bundle in that of everything built. */
export const bundleDir = (dist: string): string => join(dist, 'bundle');
/** The folder of this Node's code caches in that of the bundle. */
export const cacheName = `cache-${process.version}-${process.arch}`;
export const cacheDir = (dist: string): string => join(bundleDir(dist), cacheName);

/** What is built and is no part of the programs. */
const ELSEWHERE: ReadonlySet<string> = new Set(['conformance', 'hack', 'test']);

const changedAt = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.mtimeMs;

/** Whether a bundle is there and nothing has been compiled since. An installed package has no build information: its bundle is current. */
export function isCurrent(dist: string): boolean {
  const made = changedAt(join(bundleDir(dist), 'programs.cjs'));
  if (made === undefined) return false;
  const folders = readdirSync(dist).filter((folder) => !ELSEWHERE.has(folder));
  return folders.every((folder) => (changedAt(join(dist, folder, 'tsconfig.tsbuildinfo')) ?? 0) <= made);
}

/** Seals a code cache: V8 looks only at its head and at the length of the source, and crashes on one that is damaged. */
export function seal(cache: Uint8Array, source: Uint8Array): Uint8Array {
  const sealed = Buffer.alloc(4 + cache.length);
  sealed.writeUInt32BE(crc32(cache, crc32(source)));
  sealed.set(cache, 4);
  return sealed;
}

/** The code cache in what `seal` made, if it belongs to this source and is whole. */
export function unseal(sealed: Buffer, source: Uint8Array): Buffer | undefined {
  const cache = sealed.subarray(4);
  return sealed.length > 4 && sealed.readUInt32BE() === crc32(cache, crc32(source)) ? cache : undefined;
}

type Exports = Record<string, unknown>;

/** Loads the files of a bundle as `require` does, with their code caches. */
export class BundleLoader {
  readonly #caches: string;
  readonly #loaded = new Map<string, Exports>();
  /** File to its compiled script, when the caller wants to make caches of them. */
  readonly #scripts: Map<string, Script> | undefined;

  constructor(caches: string, scripts?: Map<string, Script>) {
    this.#caches = caches;
    this.#scripts = scripts;
  }

  load(file: string): Exports {
    const loaded = this.#loaded.get(file);
    if (loaded) return loaded;
    const module: { exports: Exports } = { exports: {} };
    this.#loaded.set(file, module.exports);
    const require = nodeModule.createRequire(file);
    const own = (id: string): unknown => (id.startsWith('./') ? this.load(join(dirname(file), id)) : require(id));
    this.#compile(file)(module.exports, own, module, file, dirname(file));
    this.#loaded.set(file, module.exports);
    return module.exports;
  }

  #compile(file: string): (...of: readonly unknown[]) => void {
    // ASCII only (hack/bundle.ts), so a character is a byte.
    const source = readFileSync(file);
    const cachedData = this.#cacheOf(file, source);
    const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source.toString('latin1')}\n})`, { filename: file, ...(cachedData && { cachedData }) });
    this.#scripts?.set(file, script);
    return script.runInThisContext() as (...of: readonly unknown[]) => void;
  }

  #cacheOf(file: string, source: Uint8Array): Buffer | undefined {
    const cache = join(this.#caches, `${file.slice(dirname(file).length + 1)}.cache`);
    return existsSync(cache) ? unseal(readFileSync(cache), source) : undefined;
  }
}

/** The exports of `programs.ts` from the bundle; undefined where none is current. Where Node keeps code caches of its own (from 22.1 on) and none is shipped for it, it is asked to. */
export function loadBundle(dist: string): unknown {
  if (!isCurrent(dist)) return undefined;
  const entry = join(bundleDir(dist), 'programs.cjs');
  if (existsSync(cacheDir(dist))) return new BundleLoader(cacheDir(dist)).load(entry);
  const { enableCompileCache } = nodeModule as { enableCompileCache?: (dir: string) => unknown };
  enableCompileCache?.(join(bundleDir(dist), 'cache-of-node'));
  return nodeModule.createRequire(entry)(entry);
}
