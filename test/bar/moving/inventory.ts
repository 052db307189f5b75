/** What a server answers to every read, by path and media type: two of them are compared when a cluster has moved. */
import { listPath, MEDIA, objectPath, type ApiObject, type Json, type Media, type Reader, type Served } from './reader.ts';

/** By `media path`. Protobuf is kept as bytes in base64: it must be equal to the byte. */
export type Inventory = ReadonlyMap<string, Json>;

const AT_ONCE = 16;
const AGE = /^(\d+[smhdy])+$|^<invalid>$/;

interface ObjectList {
  readonly items: readonly ApiObject[] | null;
}

type Fields = { readonly [key: string]: Json };
interface Listed {
  readonly metadata: ApiObject['metadata'];
}

const nameOf = ({ metadata: { namespace = '', name } }: Listed): string => `${namespace}/${name}`;

/** The list's own revision moves on with every write, ages in tables with time. Items stand under their names, and their order beside them. */
function comparable(list: Fields, media: Media): Json {
  const { metadata: _, items, rows, ...rest } = list;
  const entries = ((items ?? rows ?? []) as readonly Json[]).map((item) => [nameOf((rows === undefined ? item : (item as Fields)['object']) as unknown as Listed), media === 'table' ? withoutAges(item) : item] as const);
  return { ...rest, isNull: items === null || rows === null, order: entries.map(([name]) => name), ...Object.fromEntries(entries) };
}

function withoutAges(value: Json): Json {
  if (typeof value === 'string') return AGE.test(value) ? '<age>' : value;
  if (Array.isArray(value)) return value.map(withoutAges);
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, withoutAges(v)])) : value;
}

async function inParallel<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const item of rest) await run(item);
  }));
}

async function answer(reader: Reader, path: string, media: Media): Promise<Json> {
  const { status, bytes } = await reader.ask('GET', path, undefined, { accept: MEDIA[media] });
  if (media === 'protobuf') return `${status} ${Buffer.from(bytes).toString('base64')}`;
  return { status, body: JSON.parse(new TextDecoder().decode(bytes)) as Json };
}

async function objectsOf(reader: Reader, resource: Served, into: Map<string, Json>): Promise<readonly ApiObject[]> {
  const path = listPath(resource);
  for (const media of ['table', 'metadata'] as const) into.set(`${media} ${path}`, comparable(await reader.read<Fields>(path, media), media));
  const list = await reader.read<ObjectList>(path);
  into.set(`json ${path}`, comparable(list as unknown as Fields, 'json'));
  return list.items ?? [];
}

/** Asked of other programs at each read: no state of the cluster. */
const PROBES = new Set(['componentstatuses']);

/** All lists (as objects, table and metadata), and each object by itself as JSON and as protobuf. */
export async function takeInventory(reader: Reader): Promise<Inventory> {
  const inventory = new Map<string, Json>();
  for (const resource of (await reader.served()).filter((r) => !PROBES.has(r.plural))) {
    const objects = await objectsOf(reader, resource, inventory);
    if (!resource.verbs.includes('get')) continue;
    await inParallel(objects, async (object) => {
      const path = objectPath(resource, object);
      for (const media of ['json', 'protobuf'] as const) inventory.set(`${media} ${path}`, await answer(reader, path, media));
    });
  }
  return inventory;
}
