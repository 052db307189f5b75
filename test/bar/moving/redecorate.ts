/** The second tenant changes every object there is, and makes a new one beside each. */
import type { House } from './house.ts';
import { listPath, objectPath, type ApiObject, type Served } from './reader.ts';

const MERGE_PATCH = 'application/merge-patch+json';
const patch = { metadata: { annotations: { 'moved.example.com/by': 'the second tenant' } } };

/** Objects whose own rules forbid any change or a twin, which no server would accept either: counted, not hidden. */
export interface Redecorated {
  readonly changed: number;
  readonly refused: ReadonlyMap<string, number>;
}

interface ObjectList {
  readonly items: readonly ApiObject[] | null;
}

const reasonOf = (bytes: Uint8Array): string => (JSON.parse(new TextDecoder().decode(bytes)) as { message?: string }).message ?? '';

async function change(house: House, resource: Served, object: ApiObject, refused: Map<string, number>): Promise<boolean> {
  const { status, bytes } = await house.reader.ask('PATCH', objectPath(resource, object), patch, { 'content-type': MERGE_PATCH });
  if (status === 200) return true;
  const why = `${resource.kind}: ${status} ${reasonOf(bytes).slice(0, 200)}`;
  refused.set(why, (refused.get(why) ?? 0) + 1);
  return false;
}

/** Each stored thing once, though several versions serve it. */
export async function redecorate(house: House): Promise<Redecorated> {
  const seen = new Set<string>();
  const refused = new Map<string, number>();
  let changed = 0;
  for (const resource of (await house.reader.served()).filter((r) => r.verbs.includes('patch'))) {
    const { items } = await house.reader.read<ObjectList>(listPath(resource));
    for (const object of items ?? []) {
      const id = (object.metadata as { readonly uid?: string }).uid ?? objectPath(resource, object);
      if (seen.has(id)) continue;
      seen.add(id);
      if (await change(house, resource, object, refused)) changed++;
    }
  }
  console.log(`  ${house.tenant} changed ${changed} objects`);
  for (const [why, count] of refused) console.log(`  ${house.tenant} refused ${count} changes: ${why}`);
  return { changed, refused };
}
