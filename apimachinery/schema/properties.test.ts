import { describe, expect, it } from '@jest/globals';
import { seededRand } from '../../component-base/rand.ts';
import { encodeJson, encodeJsonBytes } from '../serializer/json.ts';
import { decodeProtobuf, encodeProtobufMessage } from '../serializer/protobuf/envelope.ts';
import { decodeYaml } from '../serializer/yaml.ts';
import { encodeYaml } from '../serializer/yaml-writer.ts';
import { parseApiVersion } from '../meta.ts';
import { builtinKinds, builtinStruct, builtinTypeOf } from './builtin.ts';
import type { Struct } from './model.ts';
import { decodeObject, decodeObjectJson } from './normalise.ts';
import { randomValue } from './testing/random-value.ts';

/** Group-internal versions and embedded events have no encoding of their own. */
const kinds = builtinKinds().filter((id) => !/__internal|Kind=(WatchEvent|InternalEvent)$/.test(id));
const structs = new Map(kinds.map((id): [string, Struct] => [id, structOf(id)]));

function structOf(id: string): Struct {
  const [apiVersion = '', kind = ''] = id.split(', Kind=');
  const gv = parseApiVersion(apiVersion) ?? { group: '', version: '' };
  return builtinStruct(builtinTypeOf({ ...gv, kind }) ?? '');
}

/** One normalised random object of each kind. */
function* objects(
  seed: number,
): Generator<{ readonly id: string; readonly schema: Struct; readonly object: object; readonly text: string }> {
  const rand = seededRand(seed);
  for (const [id, schema] of structs) {
    const { object, errors } = decodeObject(schema, randomValue(schema, { rand, density: 0.5 }));
    if (errors.length > 0) throw new Error(`${id}: ${errors.join()}`);
    yield { id, schema, object, text: encodeJson(object) };
  }
}

/** Each struct and map with its members in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([name, member]) => [name, reversed(member)]));
}

/** Protobuf cannot tell an empty list, map or bytes value from none. */
const hasLossyParts = (text: string): boolean => /null|:(""|\[\]|\{\})/.test(text.replace('"metadata":{}', ''));

describe('random objects of every kind', () => {
  it('cover every kind', () => {
    expect(structs.size).toBeGreaterThan(600);
  });

  it('do not change when normalised again', () => {
    for (const { id, schema, object, text } of objects(1))
      expect([id, encodeJson(decodeObject(schema, object).object)]).toEqual([id, text]);
  });

  it('are taken over as they are, by whoever owns them', () => {
    for (const { id, schema, object } of objects(1)) expect([id, decodeObject(schema, object, { owned: 'unfrozen' }).object === object]).toEqual([id, true]);
  });

  it('are the same to whoever owns them, whatever the order of their members, and are not changed for that', () => {
    for (const { id, schema, object } of objects(1)) {
      const given = reversed(object) as object;
      const before = encodeJson(given);
      const copied = encodeJson(decodeObject(schema, given).object);
      for (const owned of [true, 'unfrozen', 'stored'] as const) expect([id, owned, encodeJson(decodeObject(schema, given, { owned }).object)]).toEqual([id, owned, copied]);
      expect([id, encodeJson(given)]).toEqual([id, before]);
    }
  });

  it('survive JSON', () => {
    for (const { id, schema, object, text } of objects(2)) {
      const { object: read, errors, strict } = decodeObjectJson(schema, encodeJsonBytes(object));
      expect([id, errors, strict, encodeJson(read)]).toEqual([id, [], [], text]);
    }
  });

  it('survive YAML', () => {
    for (const { id, schema, object, text } of objects(3)) {
      const { object: read, errors, strict } = decodeObject(schema, decodeYaml(encodeYaml(object)).value);
      expect([id, errors, strict, encodeJson(read)]).toEqual([id, [], [], text]);
    }
  });

  it('survive protobuf', () => {
    for (const { id, schema, object, text } of objects(4)) {
      const message = encodeProtobufMessage(schema, object);
      const { apiVersion, kind } = object as { apiVersion?: string; kind?: string };
      const { object: read, errors } = decodeProtobuf(schema, message, { apiVersion: apiVersion ?? '', kind: kind ?? '' });
      expect([id, errors]).toEqual([id, []]);
      expect([id, [...encodeProtobufMessage(schema, read)]]).toEqual([id, [...message]]);
      if (!hasLossyParts(text)) expect([id, encodeJson(read)]).toEqual([id, text]);
    }
  });

  it('are refused or read without a crash when they hold mistakes', () => {
    const rand = seededRand(5);
    let refused = 0;
    for (const schema of structs.values()) {
      const { errors, strict, object } = decodeObject(schema, randomValue(schema, { rand, density: 0.5, mistakes: 0.05 }));
      if (errors.length + strict.length > 0) refused++;
      if (errors.length === 0) expect(encodeJson(decodeObject(schema, object).object)).toBe(encodeJson(object));
    }
    expect(refused).toBeGreaterThan(100);
  });
});
