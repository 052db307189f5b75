import { describe, expect, it } from '@jest/globals';
import type { Obj } from '../../apimachinery/meta.ts';
import { strategicMergePatch } from '../../apimachinery/patch/strategic.ts';
import { builtinStruct } from '../../apimachinery/schema/builtin.ts';
import { decodeObject } from '../../apimachinery/schema/normalise.ts';
import { encodeJson } from '../../apimachinery/serializer/json.ts';
import { randomValue } from '../../apimachinery/schema/testing/random-value.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { seededRand, type Rand } from '../../component-base/rand.ts';
import { canonicalText, canonical } from './canonical.ts';
import { deepCopy } from './deep-copy.ts';
import { ownMembers, sharingCopy } from './sharing.ts';

const KINDS = ['core.v1.Pod', 'core.v1.Service', 'core.v1.ConfigMap', 'apps.v1.Deployment', 'coordination.v1.Lease'];
const text = (value: unknown): string => encodeJson(value);

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

const stored = (kind: string, rand: Rand): Obj => frozen(decodeObject(builtinStruct(`io.k8s.api.${kind}`), { ...(randomValue(builtinStruct(`io.k8s.api.${kind}`), { rand, density: 0.4 }) as object), metadata: { name: 'a', labels: { a: 'b' }, finalizers: ['x/y'] } }).object as Obj);

/** A few members anywhere changed, taken away or added. */
function changed(value: unknown, rand: Rand): unknown {
  if (typeof value === 'string') return rand.int(30) === 0 ? `${value}1` : value;
  if (Array.isArray(value)) return value.filter(() => rand.int(40) > 0).map((item) => changed(item, rand));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name === 'metadata' || rand.int(40) > 0).map(([name, member]) => [name, changed(member, rand)]));
}

describe('an object that shares with the stored one', () => {
  it.each(KINDS)('has the same canonical form as one that shares nothing: random %s', (kind) => {
    const schema = builtinStruct(`io.k8s.api.${kind}`);
    const rand = seededRand(3);
    for (let i = 0; i < 60; i++) {
      const base = stored(kind, rand);
      const { object, errors } = decodeObject(schema, changed(base, rand));
      if (errors.length > 0) continue;
      const wanted = object as Obj;
      const copy = sharingCopy(wanted, base as DeepReadonly<Obj>);
      expect(text(copy)).toBe(text(wanted));
      expect(text(canonical(schema, copy, base))).toBe(canonicalText(schema, deepCopy(wanted) as Obj));
    }
  });

  it('takes what is equal from the stored object and may be changed itself', () => {
    const base = frozen(decodeObject(builtinStruct('io.k8s.api.core.v1.Pod'), { metadata: { name: 'a', labels: { a: 'b' }, annotations: { c: 'd' } }, spec: { containers: [{ name: 'c' }] } }).object as Obj & { spec: { containers: object[]; nodeName?: string } });
    const copy = sharingCopy({ ...(deepCopy(base) as typeof base), metadata: { ...(deepCopy(base.metadata) as Obj['metadata']), labels: { a: 'z' } } }, base as DeepReadonly<Obj>) as typeof base;
    expect(copy.spec.containers).toBe(base.spec.containers);
    expect(copy.metadata.annotations).toBe(base.metadata.annotations);
    expect(copy.metadata.labels).toEqual({ a: 'z' });
    copy.spec.nodeName = 'n';
    copy.metadata.generation = 2;
    expect(base.spec.nodeName).toBeUndefined();
  });

  it('is what a strategic merge patch makes of it, decoded', () => {
    const schema = builtinStruct('io.k8s.api.core.v1.Pod');
    const rand = seededRand(5);
    for (let i = 0; i < 60; i++) {
      const base = stored('core.v1.Pod', rand);
      const before = text(base);
      const patch = { metadata: { labels: { n: String(i) } }, status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } };
      const alone = decodeObject(schema, strategicMergePatch(schema, deepCopy(base), structuredClone(patch)));
      const merged = decodeObject(schema, strategicMergePatch(schema, base, structuredClone(patch)), { base });
      expect(text(ownMembers(merged.object as Obj, base as DeepReadonly<Obj>))).toBe(text(alone.object));
      expect(text(base)).toBe(before);
    }
  });
});
