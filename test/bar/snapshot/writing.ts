/** One writer, an object after the other, while something else happens: what is there of them afterwards must be the first so many. */
import type * as core from '../../../apimachinery/types/core.gen.ts';
import type { ResourceClient } from '../../../client/interface.ts';

export interface Written {
  /** Acknowledged before it began. */
  readonly before: number;
  readonly all: number;
}

const PREFIX = 'during-';
const AHEAD = 20;

export async function writeDuring(maps: ResourceClient<core.ConfigMap>, happen: () => Promise<unknown>): Promise<Written> {
  let all = 0;
  const write = async (): Promise<void> => {
    await maps.create({ metadata: { namespace: 'default', name: `${PREFIX}${all}` }, data: { value: 'x'.repeat(1000) } });
    all++;
  };
  while (all < AHEAD) await write();
  const before = all;
  let isOver = false;
  const happening = happen().finally(() => (isOver = true));
  while (!isOver) await write();
  await happening;
  return { before, all };
}

/** `keys`: those of the store. What is wrong, a line each. */
export function gapsOf({ before, all }: Written, keys: readonly string[]): string[] {
  const there = new Set(keys.filter((key) => key.includes(`/default/${PREFIX}`)).map((key) => Number(key.slice(key.lastIndexOf('-') + 1))));
  const wrong = Array.from({ length: Math.max(before, there.size) }, (_, i) => i).filter((i) => !there.has(i)).map((i) => `${PREFIX}${i} is missing`);
  return there.size > all ? [...wrong, `${there.size} objects of ${all}`] : wrong;
}
