/** What the registry serves in one group version, with the names of its schemas. */
import type { GroupVersion } from '../../apimachinery/meta.ts';
import type { Registry } from '../../registry/generic/registry.ts';
import type { ServedResource } from './operation.ts';

export function servedIn(registry: Registry, { group, version }: GroupVersion): readonly ServedResource[] {
  return registry.definitions.flatMap((definition) =>
    definition.versions
      .filter((v) => v.served && v.gvk.group === group && v.gvk.version === version)
      .map((v) => {
        const name = v.schema.name ?? customName(v.gvk);
        return { definition, version: v, name, listName: `${name.slice(0, name.lastIndexOf('.') + 1)}${v.listKind}` };
      }),
  );
}

/** `com.example.stable.v1.CronTab` */
function customName({ group, version, kind }: GroupVersion & { readonly kind: string }): string {
  return [...group.split('.').reverse(), version, kind].join('.');
}
