/** Field ownership as the engine needs it: the merge itself is apimachinery/patch/apply. Behaves like upstream apimachinery/pkg/util/managedfields. */
import type { Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { RequestContext } from './context.ts';
import type { ResourceDefinition, Version } from './definition.ts';
import type { WriteRequest } from './store-interface.ts';

export interface ManagedFields {
  /** Records in `obj.metadata.managedFields` what `request.fieldManager` changed between `live` and `obj`. Never fails: an entry that cannot be read is dropped. */
  update(definition: ResourceDefinition, version: Version, live: DeepReadonly<Obj> | undefined, obj: Obj, request: WriteRequest, ctx: RequestContext): void;
}

/** Ownership is left as the writer gave it. */
export const untrackedFields: ManagedFields = { update: () => undefined };
