/** The versions in which a resource's objects can be shown to a webhook or a policy. Behaves like upstream apiserver/pkg/admission/conversion.go and apimachinery/pkg/runtime/mapper.go (EquivalentResourceRegistry). */
import { parseApiVersion, type GroupVersionKind, type GroupVersionResource, type Obj } from '../../apimachinery/meta.ts';
import type { Struct } from '../../apimachinery/schema/model.ts';
import { Scale } from '../../apimachinery/types/autoscaling-v1.gen.ts';
import type { DeepReadonly, KindType } from '../../apimachinery/types/type.ts';
import { canonical } from '../../registry/generic/canonical.ts';
import { fromHeldVersion, toStorageVersion } from '../../registry/generic/conversion.ts';
import { deepCopy } from '../../registry/generic/deep-copy.ts';
import type { ResourceDefinition, Subresource, Version } from '../../registry/generic/definition.ts';
import type { Registry } from '../../registry/generic/registry.ts';

/** Another name for the same stored thing, with the kind of its objects (of a subresource: its own). */
export interface EquivalentResource {
  readonly resource: GroupVersionResource;
  readonly kind: GroupVersionKind;
}

export interface Shape {
  readonly schema: Struct;
  setDefaults(obj: Obj): void;
}

export interface ObjectVersions {
  /** Served ones without `resource` itself. */
  equivalents(resource: GroupVersionResource, subresource: string): readonly EquivalentResource[];
  /** The object itself when it has this kind, else a private copy. */
  convert(resource: GroupVersionResource, obj: DeepReadonly<Obj>, to: GroupVersionKind, signal: AbortSignal): Promise<DeepReadonly<Obj>>;
  /** Undefined: no object of this kind is known under the resource. */
  shapeOf(resource: GroupVersionResource, subresource: string, kind: GroupVersionKind): Shape | undefined;
}

export function objectVersions(registry: Registry): ObjectVersions {
  const definitionOf = (resource: GroupVersionResource): ResourceDefinition | undefined => registry.byResource(resource)?.definition;
  return {
    equivalents(resource, subresource) {
      const definition = definitionOf(resource);
      const sub = subresource === '' ? undefined : definition?.subresources.get(subresource);
      const others = (definition?.versions ?? []).filter((v) => v.served && (v.gvk.group !== resource.group || v.gvk.version !== resource.version));
      return others.map((v) => ({ resource: { group: v.gvk.group, version: v.gvk.version, resource: v.plural }, kind: kindIn(v, sub) }));
    },
    async convert(resource, obj, to, signal) {
      const definition = definitionOf(resource);
      const from = definition && versionOf(definition, gvkOf(obj));
      const wanted = definition && versionOf(definition, to);
      if (!definition || !from || !wanted || from === wanted) return obj;
      const held = definition.convertsOnRead ? obj : ((await toStorageVersion(definition, deepCopy(obj) as Obj, from, signal)) as DeepReadonly<Obj>);
      const converted = await fromHeldVersion(definition, held, wanted, signal);
      return canonical(wanted.schema, converted) as DeepReadonly<Obj>;
    },
    shapeOf(resource, subresource, kind) {
      const definition = definitionOf(resource);
      const version = definition && versionOf(definition, kind);
      if (version) return version;
      const own = ownKind(subresource === '' ? undefined : definition?.subresources.get(subresource));
      return own && { schema: own.schema, setDefaults: registry.defaultsOf(own.schema) };
    },
  };
}

export function gvkOf(obj: DeepReadonly<Obj>): GroupVersionKind {
  return { group: '', version: '', ...parseApiVersion(obj.apiVersion), kind: obj.kind };
}

export const sameKind = (a: GroupVersionKind, b: GroupVersionKind): boolean => a.kind === b.kind && a.version === b.version && a.group === b.group;

function versionOf(definition: ResourceDefinition, kind: GroupVersionKind): Version | undefined {
  return definition.versions.find((v) => sameKind(v.gvk, kind));
}

function kindIn(version: Version, sub: Subresource | undefined): GroupVersionKind {
  return ownKind(sub)?.gvk ?? version.gvk;
}

/** Of subresources that do not show the object itself. */
function ownKind(sub: Subresource | undefined): KindType<unknown> | undefined {
  switch (sub?.kind) {
    case 'scale':
      return Scale;
    case 'create':
      return sub.input;
    case 'get':
    case 'connect':
      return sub.options;
    default:
      return undefined;
  }
}
