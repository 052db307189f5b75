import { describe, expect, it } from '@jest/globals';
import { seededRand } from '../../component-base/rand.ts';
import { located, Path, required } from './field.ts';

describe('Path', () => {
  it('prints what its steps add, in their order', () => {
    expect(String(Path.of('spec').child('containers').index(0).child('ports', 'name').key('a.b/c'))).toBe('spec.containers[0].ports.name[a.b/c]');
    expect(String(Path.of('metadata', 'labels'))).toBe('metadata.labels');
    expect(String(Path.of('').child('a'))).toBe('a');
    expect(String(Path.of().index(1).child('b'))).toBe('[1].b');
  });

  it('prints any walk as joining the texts at once would', () => {
    const rand = seededRand(1);
    for (let i = 0; i < 200; i++) {
      let path = Path.of('a');
      let text = 'a';
      for (let step = 0; step < rand.int(8); step++) {
        const name = `n${rand.int(5)}`;
        const [next, more] = [
          [path.child(name), `.${name}`] as const,
          [path.child(name, 'x', 'y'), `.${name}.x.y`] as const,
          [path.index(step), `[${step}]`] as const,
          [path.key(name), `[${name}]`] as const,
        ][rand.int(4)] as readonly [Path, string];
        path = next;
        text += more;
      }
      expect(`${path.toString()}`).toBe(text);
    }
  });
});

describe('located', () => {
  const path = Path.of('spec');

  it('makes no path of what is right, and looks once', () => {
    const seen: Path[] = [];
    const look = (at: Path) => {
      seen.push(at, at.child('a').index(0).key('k'));
      return [];
    };
    expect(located(path, look)).toEqual([]);
    expect(seen).toEqual([Path.NOWHERE, Path.NOWHERE]);
  });

  it('looks again where something is wrong, and tells its place', () => {
    expect(located(path, (at) => [required(at.child('a').index(0))])).toEqual([
      { type: 'FieldValueRequired', field: 'spec.a[0]', message: 'Required value' },
    ]);
  });

  it('stays nowhere inside another first look', () => {
    let looks = 0;
    const look = (at: Path) => {
      looks++;
      return [required(at)];
    };
    expect(located(Path.NOWHERE, look)).toHaveLength(1);
    expect(looks).toBe(1);
  });
});
