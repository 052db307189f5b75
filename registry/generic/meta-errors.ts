/** Validation of metadata, as often as upstream does it: a mistake is told once by the registry and again by the type's own rules. */
import type { Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { Path, type ErrorList } from '../../apimachinery/validation/field.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../../apimachinery/validation/object-meta.ts';
import { nameIsDNSSubdomain, pathSegmentName, type ValidateName } from '../../apimachinery/validation/names.ts';
import type { ResourceDefinition, Strategy } from './definition.ts';

const METADATA = Path.of('metadata');

export function createMetaErrors(definition: ResourceDefinition, strategy: Strategy, obj: Obj): ErrorList {
  return validateObjectMeta(obj.metadata, definition.scope === 'Namespaced', (strategy.validateName as ValidateName | undefined) ?? nameIsDNSSubdomain, METADATA);
}

/** The common case, no mistake, validates once. */
export function updateMetaErrors(definition: ResourceDefinition, strategy: Strategy, obj: Obj, old: DeepReadonly<Obj>): ErrorList {
  const before = old.metadata as Obj['metadata'];
  const whole = createMetaErrors(definition, strategy, obj);
  const change = validateObjectMetaUpdate(obj.metadata, before, METADATA);
  if (whole.length === 0 && change.length === 0) return [];
  const byRegistry = validateObjectMeta(obj.metadata, definition.scope === 'Namespaced', pathSegmentName, METADATA);
  return [...byRegistry, ...change, ...change, ...(strategy.revalidatesMetadata === false ? [] : whole)];
}
