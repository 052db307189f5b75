import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { roundTripFailures } from './testing/roundtrip.ts';

const folder = new URL('../../test/fixtures/roundtrip/', import.meta.url);
const read = (file: string): Uint8Array => new Uint8Array(readFileSync(new URL(file, folder)));
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.pb'))
  .map((file) => file.slice(0, -3));

describe("upstream's compatibility data", () => {
  it('holds kinds of every shape', () => {
    expect(names.length).toBeGreaterThanOrEqual(12);
  });

  it.each(names)('keeps every byte of %s between JSON, YAML and protobuf', (name) => {
    expect(roundTripFailures(name, { json: read(`${name}.json`), yaml: read(`${name}.yaml`), pb: read(`${name}.pb`) })).toEqual([]);
  });
});
