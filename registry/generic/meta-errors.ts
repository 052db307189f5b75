/** Validation of metadata, as often as upstream does it: a mistake is told once by the registry and again by the type's own rules. */
import type { Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { Path, invalid, type ErrorList } from '../../apimachinery/validation/field.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../../apimachinery/validation/object-meta.ts';
import { nameIsDNSSubdomain, pathSegmentName, type ValidateName } from '../../apimachinery/validation/names.ts';
import type { ResourceDefinition, Strategy } from './definition.ts';

const METADATA = Path.of('metadata');

export function createMetaErrors(definition: ResourceDefinition, strategy: Strategy, obj: Obj): ErrorList {
  const errors = validateObjectMeta(obj.metadata, definition.scope === 'Namespaced', (strategy.validateName as ValidateName | undefined) ?? nameIsDNSSubdomain, METADATA);
  return [...errors, ...finalizerErrors(definition, obj)];
}

const STANDARD: readonly string[] = ['kubernetes', 'orphan', 'foregroundDeletion'];
const GENERIC_GROUPS: readonly string[] = ['admissionregistration.k8s.io', 'apiextensions.k8s.io', 'apiregistration.k8s.io'];

/** Most built-ins know which finalizers may lack a domain. Behaves like upstream pkg/apis/core/validation (validateKubeFinalizerName). */
function finalizerErrors(definition: ResourceDefinition, obj: Obj): ErrorList {
  if (definition.validates === 'requested' || GENERIC_GROUPS.includes(definition.storageVersion.group)) return [];
  return (obj.metadata.finalizers ?? []).flatMap((name, i) =>
    name.includes('/') || STANDARD.includes(name) ? [] : [invalid(METADATA.child('finalizers').index(i), name, 'name is neither a standard finalizer name nor is it fully qualified')],
  );
}

/** The common case, no mistake, validates once. */
export function updateMetaErrors(definition: ResourceDefinition, strategy: Strategy, obj: Obj, old: DeepReadonly<Obj>): ErrorList {
  const before = old.metadata as Obj['metadata'];
  const whole = createMetaErrors(definition, strategy, obj);
  const change = validateObjectMetaUpdate(obj.metadata, before, METADATA);
  if (whole.length === 0 && change.length === 0) return [];
  const byRegistry = validateObjectMeta(obj.metadata, definition.scope === 'Namespaced', pathSegmentName, METADATA);
  return [...byRegistry, ...change, ...change, ...finalizerErrors(definition, obj), ...(strategy.revalidatesMetadata === false ? [] : whole)];
}
