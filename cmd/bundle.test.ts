import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Script } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BundleLoader, isCurrent, seal, unseal } from './bundle.ts';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'k8ts-bundle-'))));
afterEach(() => rmSync(dir, { recursive: true }));

const write = (name: string, text: string | Uint8Array, secondsAgo = 0): string => {
  const file = join(dir, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  const at = new Date(2026, 0, 1).getTime() / 1000 - secondsAgo;
  utimesSync(file, at, at);
  return file;
};

describe('a sealed code cache', () => {
  const [cache, source] = [Buffer.from('compiled'), Buffer.from('source')];

  it('opens for its source', () => {
    expect(unseal(Buffer.from(seal(cache, source)), source)).toEqual(cache);
  });

  it('stays closed when it is damaged, cut off, or of a source of the same length', () => {
    const sealed = Buffer.from(seal(cache, source));
    const damaged = Buffer.from(sealed);
    damaged.writeUInt8((damaged.at(-1) ?? 0) ^ 1, damaged.length - 1);
    expect(unseal(damaged, source)).toBeUndefined();
    expect(unseal(sealed.subarray(0, -1), source)).toBeUndefined();
    expect(unseal(sealed.subarray(0, 2), source)).toBeUndefined();
    expect(unseal(sealed, Buffer.from('Source'))).toBeUndefined();
  });
});

describe('isCurrent', () => {
  it('is false without a bundle, and when a part of the programs was compiled after it', () => {
    write('cmd/tsconfig.tsbuildinfo', '', 10);
    expect(isCurrent(dir)).toBe(false);
    write('bundle/programs.cjs', '', 5);
    expect(isCurrent(dir)).toBe(true);
    write('api/tsconfig.tsbuildinfo', '', 0);
    expect(isCurrent(dir)).toBe(false);
  });

  it('does not mind tests that are newer, nor a package without build information', () => {
    write('bundle/programs.cjs', '', 5);
    write('api/server.js', '', 0);
    write('test/tsconfig.tsbuildinfo', '', 0);
    expect(isCurrent(dir)).toBe(true);
  });
});

describe('BundleLoader', () => {
  const main = "const lazy = require('./lazy.cjs'); exports.answer = () => lazy.name + require('node:path').basename(__filename);";
  const load = (scripts?: Map<string, Script>): unknown => (new BundleLoader(join(dir, 'cache'), scripts).load(join(dir, 'main.cjs')) as { answer(): string }).answer();
  beforeEach(() => {
    write('main.cjs', main);
    write('lazy.cjs', "exports.name = 'of ';");
  });

  it('loads files that require each other and modules of Node, without caches', () => {
    expect(load()).toBe('of main.cjs');
  });

  it('uses the cache of a file, and does without one that is damaged or that V8 refuses', () => {
    const scripts = new Map<string, Script>();
    load(scripts);
    const made = scripts.get(join(dir, 'main.cjs'))?.createCachedData() ?? Buffer.alloc(0);
    /** Undefined: V8 was given no cache. */
    const refused = (cache: Uint8Array, source: string): boolean | undefined => {
      write('main.cjs', source);
      write('cache/main.cjs.cache', cache);
      const again = new Map<string, Script>();
      expect(load(again)).toBe('of main.cjs');
      return again.get(join(dir, 'main.cjs'))?.cachedDataRejected;
    };
    expect(refused(seal(made, Buffer.from(main)), main)).toBe(false);
    expect(refused(made, main)).toBeUndefined();
    // Of a source that V8 has not compiled yet.
    const other = `${main}// other`;
    expect(refused(seal(made, Buffer.from(other)), other)).toBe(true);
  });
});
