/**
 * The definitions that a server serves and the defaults of types: what api/ resolves paths against and discovery, OpenAPI and garbage collection are derived from.
 * Built-ins are added at start; custom resources come and go.
 */
import { apiVersionOf, type GroupVersion, type GroupVersionKind, type GroupVersionResource, type Obj } from '../../apimachinery/meta.ts';
import { compileDefaults } from '../../apimachinery/schema/defaults.ts';
import type { Schema } from '../../apimachinery/schema/model.ts';
import { unboundDefaults, type TypeDefaults } from './define.ts';
import type { ResourceDefinition, Version } from './definition.ts';

/** A definition and the version of it that a path or an object names. */
export interface Served {
  readonly definition: ResourceDefinition;
  readonly version: Version;
}

export interface RegistryChange {
  readonly type: 'added' | 'removed' | 'replaced';
  readonly definition: ResourceDefinition;
}

const resourceId = (gvr: GroupVersionResource): string => `${gvr.group}/${gvr.version}/${gvr.resource}`;
const kindId = (gvk: GroupVersionKind): string => `${gvk.group}/${gvk.version}/${gvk.kind}`;

export class Registry {
  readonly #definitions = new Map<string, ResourceDefinition>();
  /** Every version of every definition, served or not; a path or kind belongs to one. */
  readonly #byResource = new Map<string, Served>();
  readonly #byKind = new Map<string, Served>();
  /** Served groups and how many versions of resources each has. */
  readonly #groups = new Map<string, number>();
  readonly #listeners = new Set<(change: RegistryChange) => void>();
  readonly #defaultsIn: (schema: Schema) => (value: unknown) => void;

  /** Two definitions of one name throw. Several defaults of one type run in the order given. */
  constructor(definitions: readonly ResourceDefinition[], defaults: readonly TypeDefaults[]) {
    this.#defaultsIn = compileDefaults(byType(defaults));
    for (const definition of definitions) this.add(definition);
  }

  /** In the order in which they were added. */
  get definitions(): readonly ResourceDefinition[] {
    return [...this.#definitions.values()];
  }

  /** Returns the definition as it is served: the defaults of its versions are bound. */
  add(definition: ResourceDefinition): ResourceDefinition {
    if (this.#definitions.has(definition.storedAs)) throw new Error(`${definition.storedAs} is defined twice`);
    const bound = this.#bound(definition);
    this.#index(bound);
    this.#tell({ type: 'added', definition: bound });
    return bound;
  }

  /** Removing what is not there is no error. */
  remove(storedAs: string): void {
    const definition = this.#definitions.get(storedAs);
    if (!definition) return;
    this.#unindex(definition);
    this.#tell({ type: 'removed', definition });
  }

  /** In one step: no request in between finds neither. */
  replace(definition: ResourceDefinition): ResourceDefinition {
    const old = this.#definitions.get(definition.storedAs);
    if (!old) return this.add(definition);
    const bound = this.#bound(definition);
    this.#unindex(old);
    this.#index(bound);
    this.#tell({ type: 'replaced', definition: bound });
    return bound;
  }

  byStoredAs(storedAs: string): ResourceDefinition | undefined {
    return this.#definitions.get(storedAs);
  }

  byResource(gvr: GroupVersionResource): Served | undefined {
    return this.#byResource.get(resourceId(gvr));
  }

  byKind(gvk: GroupVersionKind): Served | undefined {
    return this.#byKind.get(kindId(gvk));
  }

  hasGroup(group: string): boolean {
    return this.#groups.has(group);
  }

  /** Whether a built-in resource has the group: these stand behind a router, which answers for what it does not know. */
  isRouted(group: string): boolean {
    return this.definitions.some((d) => d.validates === 'storage' && d.versions.some((v) => v.served && v.gvk.group === group));
  }

  /** Whether any served resource has this group and version. */
  serves(gv: GroupVersion): boolean {
    return this.definitions.some((d) => d.versions.some((v) => v.served && v.gvk.group === gv.group && v.gvk.version === gv.version));
  }

  /** Runs after each change; returns the function that ends it. */
  onChange(listener: (change: RegistryChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The code defaults of a schema: for objects outside of definitions (options, subresource bodies). */
  defaultsOf(schema: Schema): (value: Obj, base?: object) => void {
    return this.#defaultsIn(schema);
  }

  #bound(definition: ResourceDefinition): ResourceDefinition {
    if (!definition.versions.some((v) => v.setDefaults === unboundDefaults)) return definition;
    return { ...definition, versions: definition.versions.map((v) => (v.setDefaults === unboundDefaults ? this.#boundVersion(v) : v)) };
  }

  /** Compiled at the first object, not at start. */
  #boundVersion(version: Version): Version {
    let compiled: ((value: Obj, base?: object) => void) | undefined;
    const setDefaults = (obj: Obj, base?: object): void => (compiled ??= this.defaultsOf(version.schema))(obj, base);
    return Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(version), setDefaults: { value: setDefaults, enumerable: true } }) as Version;
  }

  #index(definition: ResourceDefinition): void {
    for (const version of definition.versions) {
      const id = resourceId({ ...version.gvk, resource: version.plural });
      if (this.#byResource.has(id)) throw new Error(`${definition.storedAs}: ${apiVersionOf(version.gvk)} ${version.plural} is defined twice`);
      const served = { definition, version };
      this.#byResource.set(id, served);
      if (version.served) this.#groups.set(version.gvk.group, (this.#groups.get(version.gvk.group) ?? 0) + 1);
      if (!this.#byKind.has(kindId(version.gvk))) this.#byKind.set(kindId(version.gvk), served);
    }
    this.#definitions.set(definition.storedAs, definition);
  }

  #unindex(definition: ResourceDefinition): void {
    this.#definitions.delete(definition.storedAs);
    for (const { served, gvk } of definition.versions) if (served) this.#leave(gvk.group);
    for (const [id, served] of this.#byResource) if (served.definition === definition) this.#byResource.delete(id);
    for (const [id, served] of this.#byKind) if (served.definition === definition) this.#byKind.delete(id);
  }

  #leave(group: string): void {
    const left = (this.#groups.get(group) ?? 0) - 1;
    if (left > 0) this.#groups.set(group, left);
    else this.#groups.delete(group);
  }

  #tell(change: RegistryChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function inOrder(first: (value: unknown) => void, second: (value: unknown) => void): (value: unknown) => void {
  return (value) => {
    first(value);
    second(value);
  };
}

function byType(defaults: readonly TypeDefaults[]): ReadonlyMap<string, (value: unknown) => void> {
  const byName = new Map<string, (value: unknown) => void>();
  for (const { typeName, apply } of defaults) {
    const before = byName.get(typeName);
    byName.set(typeName, before ? inOrder(before, apply) : apply);
  }
  return byName;
}
