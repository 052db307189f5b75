import { describe, expect, it } from '@jest/globals';
import { apiVersionOf, type Obj } from '../apimachinery/meta.ts';
import { decodeObject, decodeObjectJson } from '../apimachinery/schema/normalise.ts';
import { randomValue } from '../apimachinery/schema/testing/random-value.ts';
import { encodeJson, encodeJsonBytes } from '../apimachinery/serializer/json.ts';
import { decodeYaml } from '../apimachinery/serializer/yaml.ts';
import { encodeYaml } from '../apimachinery/serializer/yaml-writer.ts';
import { seededRand } from '../component-base/rand.ts';
import type { Version } from './generic/definition.ts';
import { newBuiltinRegistry } from './index.ts';

const versions = [...newBuiltinRegistry().definitions].flatMap((definition) => definition.versions.map((version): [string, Version] => [`${definition.storedAs} ${apiVersionOf(version.gvk)}`, version]));

/** Two random objects of every kind that is served, with their defaults. */
function* defaulted(seed: number): Generator<{ readonly id: string; readonly version: Version; readonly object: Obj; readonly text: string }> {
  const rand = seededRand(seed);
  for (const [id, version] of [...versions, ...versions]) {
    const { object, errors } = decodeObject(version.schema, randomValue(version.schema, { rand, density: 0.6 }));
    if (errors.length > 0) throw new Error(`${id}: ${errors.join()}`);
    version.setDefaults(object as Obj);
    yield { id, version, object: object as Obj, text: encodeJson(object) };
  }
}

/** The canonical text, without zero values that a default may have set. */
const stored = (version: Version, object: object): string => encodeJson(decodeObject(version.schema, object).object);

describe('random objects with their defaults', () => {
  it('are of every kind that is served', () => {
    expect(versions.length).toBeGreaterThan(60);
  });

  it('do not change when they are defaulted again', () => {
    for (const { id, version, object, text } of defaulted(21)) {
      version.setDefaults(object);
      expect([id, encodeJson(object)]).toEqual([id, text]);
    }
  });

  it('do not change on their way through JSON and defaulting', () => {
    for (const { id, version, object } of defaulted(22)) {
      const once = decodeObject(version.schema, object).object as Obj;
      const { object: read, errors } = decodeObjectJson(version.schema, encodeJsonBytes(once));
      version.setDefaults(read as Obj);
      expect([id, errors, stored(version, read)]).toEqual([id, [], encodeJson(once)]);
    }
  });

  it('do not change on their way through YAML and defaulting', () => {
    for (const { id, version, object } of defaulted(23)) {
      const once = decodeObject(version.schema, object).object as Obj;
      const text = encodeJson(once);
      const { object: read, errors } = decodeObject(version.schema, decodeYaml(encodeYaml(once)).value);
      version.setDefaults(read as Obj);
      expect([id, errors, stored(version, read)]).toEqual([id, [], text]);
    }
  });
});
