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

export interface Rules {
  readonly definition: ResourceDefinition;
  readonly strategy: Strategy;
  readonly namespace: string;
}

/** Throws BadRequest or Invalid with every mistake at once. */
export async function beforeCreate(rules: Rules, obj: Obj, ctx: RequestContext): Promise<void> {
  const { strategy, definition } = rules;
  ensureNamespace(obj, rules.namespace);
  strategy.prepareForCreate?.(obj, ctx);
  const meta = createMetaErrors(definition, strategy, obj);
  const own = (await strategy.validate?.(obj, ctx, meta.placed)) ?? [];
  refuse(definition, obj, meta.first, own);
  refuse(definition, obj, meta.last);
  for (const text of strategy.warningsOnCreate?.(obj, ctx) ?? []) ctx.warnings.add(text);
  strategy.canonicalize?.(obj);
}

/** `old` is shared. Restores what an update may not touch before the strategy validates. */
export async function beforeUpdate(rules: Rules, obj: Obj, old: DeepReadonly<Obj>, ctx: RequestContext): Promise<void> {
  const { strategy, definition } = rules;
  const shared = old as Obj;
  ensureNamespace(obj, rules.namespace);
  if (shared.metadata.generation === undefined) delete obj.metadata.generation;
  else obj.metadata.generation = shared.metadata.generation;
  strategy.prepareForUpdate?.(obj, shared, ctx);
  keepSystemFields(obj, old);
  const meta = updateMetaErrors(definition, strategy, obj, old);
  const own = (await strategy.validateUpdate?.(obj, shared, ctx, meta.placed)) ?? [];
  refuse(definition, obj, meta.first, own);
  for (const text of strategy.warningsOnUpdate?.(obj, shared, ctx) ?? []) ctx.warnings.add(text);
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

function refuse(definition: ResourceDefinition, obj: Obj, ...lists: readonly ErrorList[]): void {
  const errors = lists.flat();
  if (errors.length > 0) throw newInvalid(definition.storageVersion.group, obj.kind, obj.metadata.name ?? '', errors);
}
