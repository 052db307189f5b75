import { describe, expect, it } from '@jest/globals';
import { realRand } from './rand.ts';

describe('chance', () => {
  it('gives version 4 UUIDs, each another', () => {
    const all = Array.from({ length: 2000 }, () => realRand.uuid());
    for (const uuid of all) expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(all).size).toBe(all.length);
    for (let at = 0; at < 36; at++) expect(new Set(all.map((uuid) => uuid[at])).size).toBe([8, 13, 14, 18, 23].includes(at) ? 1 : at === 19 ? 4 : 16);
  });
});
