/**
 * What every resource has in common before it is written: namespace, preparation, validation, warnings, canonical form.
 * Behaves like upstream apiserver/pkg/registry/rest/create.go and update.go.
 */
import { newInvalid } from '../../apimachinery/errors.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { ErrorList } from '../../apimachinery/validation/field.ts';
import type { RequestContext } from './context.ts';
import type { ResourceDefinition, Strategy } from './definition.ts';
import { createMetaErrors, updateMetaErrors } from './meta-errors.ts';
import { ensureNamespace } from './object-meta.ts';

const NONE: ErrorList = [];
const NO_WARNINGS: readonly string[] = [];

export interface Rules {
  readonly definition: ResourceDefinition;
  readonly strategy: Strategy;
  readonly namespace: string;
}

/** Throws BadRequest or Invalid with every mistake at once. */
export function beforeCreate({ strategy, definition, namespace }: Rules, obj: Obj, ctx: RequestContext): void {
  ensureNamespace(obj, namespace);
  strategy.prepareForCreate?.(obj, ctx);
  const meta = createMetaErrors(definition, strategy, obj);
  refuse(definition, obj, meta.first, strategy.validate?.(obj, ctx, meta.placed));
  refuse(definition, obj, meta.last);
  for (const text of strategy.warningsOnCreate?.(obj, ctx) ?? NO_WARNINGS) ctx.warnings.add(text);
  strategy.canonicalize?.(obj);
}

/** `old` is shared. Restores what an update may not touch before the strategy validates. */
export function beforeUpdate({ strategy, definition, namespace }: Rules, obj: Obj, old: DeepReadonly<Obj>, ctx: RequestContext): void {
  const shared = old as Obj;
  ensureNamespace(obj, namespace);
  if (shared.metadata.generation === undefined) delete obj.metadata.generation;
  else obj.metadata.generation = shared.metadata.generation;
  strategy.prepareForUpdate?.(obj, shared, ctx);
  keepSystemFields(obj, old);
  const meta = updateMetaErrors(definition, strategy, obj, old);
  refuse(definition, obj, meta.first, strategy.validateUpdate?.(obj, shared, ctx, meta.placed));
  for (const text of strategy.warningsOnUpdate?.(obj, shared, ctx) ?? NO_WARNINGS) ctx.warnings.add(text);
  strategy.canonicalize?.(obj);
}

function keepSystemFields(obj: Obj, old: DeepReadonly<Obj>): void {
  const meta: Partial<Obj['metadata']> = obj.metadata;
  const kept = old.metadata;
  if ((meta.uid ?? '') === '') meta.uid = kept.uid;
  if ((kept.creationTimestamp ?? '') !== '') meta.creationTimestamp = kept.creationTimestamp;
  if (kept.deletionTimestamp !== undefined) meta.deletionTimestamp = kept.deletionTimestamp;
  if (kept.deletionGracePeriodSeconds !== undefined) meta.deletionGracePeriodSeconds ??= kept.deletionGracePeriodSeconds;
}

function refuse(definition: ResourceDefinition, obj: Obj, errors: ErrorList, more: ErrorList = NONE): void {
  if (errors.length > 0 || more.length > 0) throw newInvalid(definition.storageVersion.group, obj.kind, obj.metadata.name ?? '', [...errors, ...more]);
}
