/**
 * How a built-in is declared: `export default defineResource(apps.Deployment, { … })`, one file per stored thing, in registry/<group>/.
 * Identity, shape and names come from the generated handle, columns from the recorded tables; of a type that upstream does not have, both stand in the file (`declareType`). api/ reads what comes out.
 */
import type { ApiResponse } from '../../apimachinery/http.ts';
import { apiVersionOf, groupResourceText, type ApiObject, type GroupVersion, type Key, type Obj } from '../../apimachinery/meta.ts';
import { isDeclared } from '../../apimachinery/types/declared.ts';
import type { DeepReadonly, KindType, ResourceType, StructType } from '../../apimachinery/types/type.ts';
import { columnsOf, type Cell } from './columns.ts';
import type { Authenticated, Verb } from './context.ts';
import type { Converter, ResourceDefinition, ScalePaths, SelectableField, Strategy, Subresource, SubresourceContext, Version, VirtualBacking } from './definition.ts';

export { column, type Cell } from './columns.ts';

/** A further served (or merely readable) version of the stored thing; it may belong to another group. */
export interface OtherVersion<T extends ApiObject, V extends ApiObject> {
  readonly type: ResourceType<V>;
  readonly columns?: readonly Cell<V>[];
  /** Default: those of the storage version. */
  readonly selectableFields?: readonly SelectableField[];
  readonly served?: boolean;
  readonly deprecation?: string;
  readonly internalAnnotations?: readonly string[];
  /** Both absent: only apiVersion differs. Each gets a private copy and may change it in place; apiVersion and kind are set by the caller. */
  fromStorage?(obj: T): V;
  toStorage?(obj: V): T;
}

export interface Declaration<T extends ApiObject> {
  /** Upstream's key prefix; default: the plural. */
  readonly storagePath?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly columns?: readonly Cell<T>[];
  readonly selectableFields?: readonly SelectableField[];
  readonly internalAnnotations?: readonly string[];
  conversionMistake?(obj: T): string | undefined;
  readonly strategy?: Strategy<T>;
  readonly subresources?: Readonly<Record<string, Subresource>>;
  readonly versions?: readonly OtherVersion<T, never>[];
  /** API versions of the same shape, served no longer or not yet, in which the store may hold objects: `storage.k8s.io/v1beta1`. */
  readonly readable?: readonly string[];
  readonly verbs?: readonly Verb[];
  readonly backing?: VirtualBacking<T>;
  /** False: the storage version itself is not served. */
  readonly served?: boolean;
  /** As ResourceDefinition's. */
  readonly sharesUnchanged?: boolean;
  readonly storedAsJson?: boolean;
}

/** The version's defaults are not bound yet: Registry binds them. */
export function unboundDefaults(): void {}

/** Declares a resource. With nothing but the type: a stored one with all verbs and, of a generated type, the recorded columns that need no code. */
export function defineResource<T extends ApiObject>(type: ResourceType<T>, declaration: Declaration<T> = {}): ResourceDefinition {
  const names = { shortNames: declaration.shortNames ?? [], categories: declaration.categories ?? [] };
  const own = versionOf(type, names, declaration.columns, declaration.selectableFields, declaration.served ?? true);
  const { internalAnnotations, conversionMistake } = declaration;
  Object.assign(own, { ...(internalAnnotations && { internalAnnotations }), ...(conversionMistake && { conversionMistake }) });
  const others = (declaration.versions ?? []) as unknown as readonly OtherVersion<Obj, Obj>[];
  return {
    storedAs: groupResourceText({ group: type.gvk.group, resource: type.plural }),
    storagePath: declaration.storagePath ?? type.plural,
    scope: type.namespaced ? 'Namespaced' : 'Cluster',
    storageVersion: { group: type.gvk.group, version: type.gvk.version },
    versions: [own, ...others.map((o) => otherVersion(o, own, names)), ...(declaration.readable ?? []).map((v) => readableVersion(v, type, names))],
    strategy: (declaration.strategy ?? {}) as unknown as Strategy,
    validates: isDeclared(type) ? 'requested' : 'storage',
    backing: (declaration.backing as VirtualBacking | undefined) ?? 'stored',
    ...(declaration.verbs && { verbs: declaration.verbs }),
    sharesUnchanged: declaration.sharesUnchanged ?? false,
    storedAsJson: declaration.storedAsJson ?? false,
    subresources: new Map(Object.entries(declaration.subresources ?? {})),
    epoch: 0,
  };
}

interface Names {
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
}

function versionOf<T extends ApiObject>(type: ResourceType<T>, names: Names, cells: readonly Cell<T>[] = [], fields: readonly SelectableField[] = [], served = true): Version {
  return {
    gvk: type.gvk,
    plural: type.plural,
    singular: type.singular,
    listKind: `${type.gvk.kind}List`,
    ...names,
    served,
    get schema() {
      return type.schema;
    },
    columns: columnsOf(type, cells as unknown as readonly Cell[]),
    selectableFields: fields,
    setDefaults: unboundDefaults,
    ...(isDeclared(type) && { documentation: type.documentation, setDefaults: (obj) => type.setDefaults(obj as unknown as T) }),
  };
}

function otherVersion(other: OtherVersion<Obj, Obj>, storage: Version, names: Names): Version {
  const base = versionOf(other.type, names, other.columns ?? [], other.selectableFields ?? storage.selectableFields, other.served ?? true);
  const convert = converter(other, storage.gvk);
  const { deprecation, internalAnnotations } = other;
  return Object.defineProperties({ ...(deprecation !== undefined && { deprecation }), ...(internalAnnotations && { internalAnnotations }), ...(convert && { convert }) }, Object.getOwnPropertyDescriptors(base)) as Version;
}

/** Only apiVersion differs. */
function readableVersion<T extends ApiObject>(apiVersion: string, type: ResourceType<T>, names: Names): Version {
  const [group = '', version = ''] = apiVersion.split('/');
  const renamed = Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(type), gvk: { value: { ...type.gvk, group, version } } }) as ResourceType<T>;
  return versionOf(renamed, names, [], [], false);
}

/** One function for both directions, told apart by `to`. */
function converter(other: OtherVersion<Obj, Obj>, storage: GroupVersion): Converter | undefined {
  const { fromStorage, toStorage } = other;
  if (!fromStorage && !toStorage) return undefined;
  const wanted = apiVersionOf(storage);
  return (objects, to) => {
    const one = apiVersionOf(to) === wanted ? toStorage : fromStorage;
    return objects.map((obj) => {
      const converted = one ? one(obj) : obj;
      converted.apiVersion = apiVersionOf(to);
      return converted;
    });
  };
}

/** Widens the version's own types, so that `versions` can hold several. */
export function otherVersionOf<T extends ApiObject, V extends ApiObject>(version: OtherVersion<T, V>): OtherVersion<T, never> {
  return version as unknown as OtherVersion<T, never>;
}

/** A field that may stand in a field selector; '' when unset. */
export function selectable<T extends ApiObject>(label: string, value: (obj: DeepReadonly<T>) => string | undefined, options: { readonly indexed?: boolean } = {}): SelectableField {
  return { label, value: (obj) => value(obj as unknown as DeepReadonly<T>) ?? '', ...options };
}

const VIEW_VERBS: readonly Verb[] = ['get', 'update', 'patch'];

/** status and its like: the same object under another strategy. Default verbs: get, update, patch. */
export function view<T extends ApiObject>(strategy: Strategy<T>, options: { readonly verbs?: readonly Verb[]; readonly input?: KindType<unknown> } = {}): Subresource {
  return { kind: 'view', verbs: options.verbs ?? VIEW_VERBS, strategy: strategy as unknown as Strategy, ...(options.input && { input: options.input }) };
}

/** autoscaling/v1 Scale. Default paths: spec.replicas and status.replicas. */
export function scale<T extends ApiObject>(options: { readonly spec?: readonly string[]; readonly status?: readonly string[]; selector(obj: DeepReadonly<T>): string }): Subresource {
  const paths: ScalePaths = {
    spec: options.spec ?? ['spec', 'replicas'],
    status: options.status ?? ['status', 'replicas'],
    selector: (obj) => options.selector(obj as unknown as DeepReadonly<T>),
  };
  return { kind: 'scale', verbs: VIEW_VERBS, paths };
}

/** eviction, binding, token: a POST that does something and answers with an object. */
export function action<I, O>(input: KindType<I>, output: KindType<O>, run: (parent: Key, input: I, ctx: SubresourceContext) => Promise<O>, options: Pick<Subresource & { readonly kind: 'create' }, 'keepsSystemFields' | 'alsoAccepts'> = {}): Subresource {
  return { kind: 'create', input, output, ...options, run: async (parent, body, ctx) => (await run(parent, body as unknown as I, ctx)) as unknown as Obj };
}

/** log: a GET with options whose answer is no object. */
export function reading(options: KindType<unknown>, run: (key: Key, request: Authenticated, ctx: SubresourceContext) => Promise<ApiResponse>): Subresource {
  return { kind: 'get', options, run };
}

export type ConnectVerb = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';

/** exec, attach, portforward, proxy. `pathTail`: more path may follow the subresource. */
export function connecting(
  options: KindType<unknown>,
  verbs: readonly ConnectVerb[],
  pathTail: boolean,
  run: (key: Key, request: Authenticated, ctx: SubresourceContext) => Promise<ApiResponse>,
): Subresource {
  return { kind: 'connect', options, verbs, pathTail, run };
}

/** Defaults of one type that are code, wherever the type is embedded. */
export interface TypeDefaults {
  readonly typeName: string;
  apply(value: unknown): void;
}

/**
 * Runs at every decode, patch result and read from the store, parents before children. Must be idempotent: it fills what is absent.
 * Stands in registry/<group>/defaults.ts.
 */
export function defineDefaults<T>(type: StructType<T>, fn: (value: T) => void): TypeDefaults {
  return { typeName: type.typeName, apply: (value) => fn(value as T) };
}
