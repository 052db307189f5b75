import { describe, expect, it } from '@jest/globals';
import { seededRand } from '../../component-base/rand.ts';
import { Path } from './field.ts';

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
