/** What a server answers to every read, by path and media type: two of them are compared when a cluster has moved. */
import { comparableProtobuf } from './protobuf-list.ts';
import { listPath, MEDIA, objectPath, type ApiObject, type Json, type Media, type Reader, type Served } from './reader.ts';

/** By `media path`. Objects in protobuf are kept as bytes in base64: they must be equal to the byte. */
export type Inventory = ReadonlyMap<string, Json>;

const AT_ONCE = 16;
const AGE = /^(\d+[smhdy])+$|^<invalid>$/;
/** Columns that tell the time since. */
const AGES = /^(Age|Last Seen|First Seen|Last Schedule|Duration)$/;

interface ObjectList {
  readonly items: readonly ApiObject[] | null;
}

type Fields = { readonly [key: string]: Json };
interface Listed {
  readonly metadata: ApiObject['metadata'];
}
interface Row extends Fields {
  readonly cells: readonly Json[];
  readonly object: Fields;
}
interface Table extends Fields {
  readonly columnDefinitions: readonly { readonly name: string }[];
  readonly rows: readonly Row[] | null;
}

const nameOf = ({ metadata: { namespace = '', name } }: Listed): string => `${namespace}/${name}`;

/** Items under their names, and their order beside them. */
function byName(items: readonly (readonly [name: string, item: Json])[], rest: Fields): Json {
  return { ...rest, order: items.map(([name]) => name), ...Object.fromEntries(items) };
}

/** The list's own revision moves on with every write. */
function comparableList(list: Fields): Json {
  const { metadata: _, items, ...rest } = list;
  return byName(((items ?? []) as readonly Json[]).map((item) => [nameOf(item as unknown as Listed), item]), { ...rest, isNull: items === null });
}

/** Ages move on with time; that of an IPAddress has no column. */
function comparableTable(table: Table): Json {
  const { metadata: _, rows, ...rest } = table;
  const isAge = rest.columnDefinitions.map(({ name }) => AGES.test(name));
  const comparable = ({ cells, ...row }: Row): Json => ({ ...row, cells: cells.map((cell, i) => ((isAge[i] ?? true) && typeof cell === 'string' && AGE.test(cell) ? '<age>' : cell)) });
  return byName((rows ?? []).map((row) => [nameOf(row.object as unknown as Listed), comparable(row)]), { ...rest, isNull: rows === null });
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
  const body = JSON.parse(new TextDecoder().decode(bytes)) as Fields;
  return { status, body: media === 'table' && status === 200 ? comparableTable(body as Table) : body };
}

/** Custom resources have no protobuf: that they are refused is the answer then. */
async function protobufList(reader: Reader, path: string): Promise<Json> {
  const { status, bytes } = await reader.ask('GET', path, undefined, { accept: MEDIA.protobuf });
  return status === 200 ? comparableProtobuf(bytes) : `${status} ${Buffer.from(bytes).toString()}`;
}

async function objectsOf(reader: Reader, resource: Served, into: Map<string, Json>): Promise<readonly ApiObject[]> {
  const path = listPath(resource);
  into.set(`table ${path}`, comparableTable(await reader.read<Table>(path, 'table')));
  into.set(`metadata ${path}`, comparableList(await reader.read<Fields>(path, 'metadata')));
  into.set(`protobuf ${path}`, await protobufList(reader, path));
  const list = await reader.read<ObjectList>(path);
  into.set(`json ${path}`, comparableList(list as unknown as Fields));
  return list.items ?? [];
}

/** Asked of other programs at each read: no state of the cluster. */
const PROBES = new Set(['componentstatuses']);

/** All lists, and each object by itself: as JSON, as protobuf and as table, the lists also as metadata. */
export async function takeInventory(reader: Reader): Promise<Map<string, Json>> {
  const inventory = new Map<string, Json>();
  for (const resource of (await reader.served()).filter((r) => !PROBES.has(r.plural))) {
    const objects = await objectsOf(reader, resource, inventory);
    if (!resource.verbs.includes('get')) continue;
    await inParallel(objects, async (object) => {
      const path = objectPath(resource, object);
      for (const media of ['json', 'protobuf', 'table'] as const) inventory.set(`${media} ${path}`, await answer(reader, path, media));
    });
  }
  return inventory;
}
