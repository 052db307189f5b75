/** One OpenAPI v3 document per group version, made when it is first asked for. Behaves like upstream kube-openapi/pkg/builder3. */
import type { GroupVersion } from '../../apimachinery/meta.ts';
import type { Registry } from '../../registry/generic/registry.ts';
import { customSchemas } from './custom-schema.ts';
import { pathsOf, type ServedResource } from './paths.ts';
import { reachable, schemaOf, type Json, type TextOf } from './schemas.ts';

/** Undefined: not served. */
export function documentOf(registry: Registry, gv: GroupVersion, text: TextOf): Json | undefined {
  const served = servedIn(registry, gv);
  if (served.length === 0) return undefined;
  const paths = described(pathsOf(gv, served), text) as Record<string, Json>;
  const custom = customSchemas(served);
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: '1.35' },
    paths,
    components: { schemas: schemasFor([paths, custom], custom, text), securitySchemes: { BearerToken: { type: 'apiKey', name: 'authorization', in: 'header', description: 'Bearer Token authentication' } } },
  };
}

/** Parameters get their texts. */
function described(value: unknown, text: TextOf): unknown {
  if (Array.isArray(value)) return value.map((v) => described(v, text));
  if (typeof value !== 'object' || value === null) return value;
  const { name, in: place } = value as Json;
  const description = typeof name === 'string' && (place === 'query' || place === 'path') ? text('parameters', name) : undefined;
  if (description !== undefined) return { ...value, description };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, described(inner, text)]));
}

export function servedIn(registry: Registry, { group, version }: GroupVersion): readonly ServedResource[] {
  return registry.definitions.flatMap((definition) =>
    definition.versions
      .filter((v) => v.served && v.gvk.group === group && v.gvk.version === version)
      .map((v) => {
        const name = v.schema.name ?? customName(v.gvk);
        return { definition, version: v, name, listName: v.schema.name === undefined ? `${customName(v.gvk)}List` : `${name.slice(0, name.lastIndexOf('.') + 1)}${v.listKind}` };
      }),
  );
}

/** `com.example.stable.v1.CronTab` */
export function customName({ group, version, kind }: GroupVersion & { readonly kind: string }): string {
  return [...group.split('.').reverse(), version, kind].join('.');
}

const PREFIX = '#/components/schemas/';

function collectRefs(value: unknown, into: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === '$ref' && typeof inner === 'string') into.add(inner.slice(PREFIX.length));
    else collectRefs(inner, into);
  }
}

/** Every schema that the paths name, and what these name; sorted. */
function schemasFor(roots: readonly unknown[], custom: Readonly<Record<string, Json>>, text: TextOf): Record<string, Json> {
  const named = new Set<string>();
  for (const root of roots) collectRefs(root, named);
  const names = new Set<string>();
  for (const name of named) if (!custom[name]) reachable(name, names);
  const all = [...names, ...Object.keys(custom)].sort();
  return Object.fromEntries(all.map((name) => [name, custom[name] ?? schemaOf(name, text)]));
}
