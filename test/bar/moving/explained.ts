/** Differences that belong to the servers and not to the cluster they serve; docs/moving.md explains each to users. */
import type { Difference } from './compare.ts';
import type { Inventory } from './inventory.ts';

interface Explanation {
  /** The resource, in whatever version it is served. */
  readonly plural: string;
  /** `namespace/name`; cluster-scoped: `/name`. */
  readonly name: RegExp | ((name: string, after: Inventory) => boolean);
  /** Of the object: anything, that it is there or not, that it is new, or one cell of its table. */
  readonly about: 'all' | 'whole' | 'new' | { readonly table: RegExp; readonly cell: number };
  readonly why: string;
}

const EXPLANATIONS: readonly Explanation[] = [
  { plural: 'leases', name: /^kube-system\/apiserver-/, about: 'all', why: 'each API server of upstream holds a lease of its own and renews it while it runs' },
  { plural: 'horizontalpodautoscalers', name: /./, about: { table: /^table \/apis\/autoscaling\/v1\//, cell: 2 }, why: "the table of autoscaling/v1 tells metrics in the order of that version's annotations" },
  { plural: 'ipaddresses', name: /^\/(10\.96\.|192\.168\.)/, about: 'whole', why: "upstream's repair loops take back addresses that no Service holds" },
  { plural: 'events', name: /^default\/(10\.96|192\.168)\.[\d.]+\.[0-9a-f]{16}$/, about: 'new', why: "upstream's repair loops tell of the addresses that they took back" },
  { plural: 'events', name: isOfService, about: 'new', why: "upstream's repair loops tell of the ports that they wrote down" },
  { plural: 'apiservices', name: isOfCustomResources, about: 'whole', why: "upstream's aggregator makes an APIService for each group and version of custom resources" },
];

type Objects = Readonly<Record<string, unknown>>;
const listed = (inventory: Inventory, path: string): Objects => (inventory.get(`json ${path}`) ?? {}) as Objects;

/** An event's name is that of the object, and a time. */
function isOfService(name: string, after: Inventory): boolean {
  return Object.hasOwn(listed(after, '/api/v1/services'), name.replace(/\.[0-9a-f]{16}$/, ''));
}

interface Definition {
  readonly spec?: { readonly group: string; readonly versions: readonly { readonly name: string }[] };
}

function isOfCustomResources(name: string, after: Inventory): boolean {
  const definitions = Object.values(listed(after, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions')) as (Definition | null)[];
  return definitions.some((definition) => definition?.spec?.versions.some((version) => `/${version.name}.${definition.spec?.group}` === name));
}

/** Which object a difference is about, and where in it; undefined: none. */
interface Place {
  readonly plural: string;
  readonly name: string;
  readonly within: string;
}

const OBJECT = /^\S+ \/apis?\/(?:[^/]+\/)?v[^/]+\/(?:namespaces\/(?<namespace>[^/]+)\/)?(?<plural>[^/]+)\/(?<name>[^/]+)$/;
const LIST = /^\S+ \/apis?\/(?:[^/]+\/)?v[^/]+\/(?<plural>[^/]+)$/;
/** Names have dots: what follows one begins with a field of an object or of a table's row. */
const ITEM = /^\.(?<name>[^/]*\/.+?)(?<within>(?:\.(?:apiVersion|kind|metadata|spec|status|cells|object)\b.*)?)$/;

function placeOf({ what, at }: Difference): Place | undefined {
  const { namespace = '', plural, name } = OBJECT.exec(what)?.groups ?? {};
  if (plural !== undefined && name !== undefined) return { plural, name: `${namespace}/${decodeURIComponent(name)}`, within: at };
  const list = LIST.exec(what)?.groups?.['plural'];
  const item = ITEM.exec(at)?.groups;
  return list === undefined || !item ? undefined : { plural: list, name: item['name'] ?? '', within: item['within'] ?? '' };
}

function holds({ name, about }: Explanation, place: Place, difference: Difference, after: Inventory): boolean {
  if (!(name instanceof RegExp ? name.test(place.name) : name(place.name, after))) return false;
  if (about === 'all') return true;
  if (typeof about === 'object') return about.table.test(difference.what) && place.within.endsWith(`.cells[${about.cell}]`);
  return place.within === '' && (difference.was === undefined || (about === 'whole' && difference.is === undefined));
}

function whyOf(difference: Difference, after: Inventory): string | undefined {
  const place = placeOf(difference);
  return place && EXPLANATIONS.find((e) => e.plural === place.plural && holds(e, place, difference, after))?.why;
}

/** What is left, and how many differences each explanation covers. `after`: the inventory in which they were found. */
export function unexplained(found: readonly Difference[], after: Inventory): { readonly left: readonly Difference[]; readonly explained: ReadonlyMap<string, number> } {
  const explained = new Map<string, number>();
  const left = found.filter((difference) => {
    const why = whyOf(difference, after);
    if (why !== undefined) explained.set(why, (explained.get(why) ?? 0) + 1);
    return why === undefined;
  });
  return { left, explained };
}
