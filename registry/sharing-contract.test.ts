import { describe, expect, it } from '@jest/globals';
import type { Obj } from '../apimachinery/meta.ts';
import { decodeObject } from '../apimachinery/schema/normalise.ts';
import { encodeJson } from '../apimachinery/serializer/json.ts';
import { randomValue } from '../apimachinery/schema/testing/random-value.ts';
import type { DeepReadonly } from '../apimachinery/types/type.ts';
import { seededRand, type Rand } from '../component-base/rand.ts';
import type { RequestContext } from './generic/context.ts';
import type { ResourceDefinition, Strategy, Version } from './generic/definition.ts';
import { ownMembers } from './generic/sharing.ts';
import { newBuiltinRegistry } from './index.ts';

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

/** As the cacher holds one: with all defaults, in canonical form, frozen. */
function stored({ schema, setDefaults }: Version, rand: Rand): Obj {
  const { object } = decodeObject(schema, { ...(randomValue(schema, { rand, density: 0.4 }) as object), metadata: { name: 'a', labels: { a: 'b' } } });
  setDefaults(object as Obj);
  return frozen(decodeObject(schema, object).object as Obj);
}

const sharing = [...newBuiltinRegistry().definitions].filter((definition) => definition.sharesUnchanged);
const strategiesOf = (definition: ResourceDefinition): Strategy[] => [definition.strategy, ...[...definition.subresources.values()].flatMap((sub) => (sub.kind === 'view' ? [sub.strategy] : []))];
const ctx = { warnings: { add: () => undefined, list: [] } } as unknown as RequestContext;

describe('a resource whose updates share what they leave alone', () => {
  it('is there', () => {
    expect(sharing.map((definition) => definition.storedAs)).toContain('pods');
  });

  it.each(sharing.map((definition) => [definition.storedAs, definition] as const))('%s changes nothing of the stored object', (_name, definition) => {
    const [version] = definition.versions as [Version];
    const rand = seededRand(21);
    for (let i = 0; i < 40; i++) {
      const base = stored(version, rand);
      const before = encodeJson(base);
      for (const strategy of strategiesOf(definition)) {
        const object = decodeObject(version.schema, base, { base }).object as Obj;
        version.setDefaults(object, base);
        const wanted = ownMembers(object, base as DeepReadonly<Obj>);
        expect(encodeJson(wanted)).toBe(before);
        strategy.prepareForUpdate?.(wanted, base, ctx);
        strategy.canonicalize?.(wanted);
        version.setDefaults(decodeObject(version.schema, wanted, { base, owned: true }).object as Obj, base);
      }
    }
  });
});
