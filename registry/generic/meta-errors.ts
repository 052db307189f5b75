/** Validation of metadata, as often as upstream does it: a mistake is told once by the registry and again by the type's own rules. */
import type { Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { Path, NOTHING, invalid, located, type ErrorList, type FieldError } from '../../apimachinery/validation/field.ts';
import { validateObjectMeta, validateObjectMetaChange, validateObjectMetaUpdate } from '../../apimachinery/validation/object-meta.ts';
import { nameIsDNSSubdomain, pathSegmentName, type ValidateName } from '../../apimachinery/validation/names.ts';
import type { MetadataErrors, MetadataRules, ResourceDefinition, Strategy } from './definition.ts';

const METADATA = Path.of('metadata');
const NO_ERRORS: MetadataErrors = { whole: () => NOTHING, change: () => NOTHING };
const NO_RULES: MetadataRules = {};
const CHANGE = ['change'] as const;
const BOTH = ['change', 'whole'] as const;

/** What is wrong with metadata. */
export interface MetaErrors {
  /** Told before the type's own mistakes. */
  readonly first: ErrorList;
  /** For a type that puts them among its own. */
  readonly placed: MetadataErrors;
  /** Told when nothing else is wrong. */
  readonly last: ErrorList;
}

const NONE: MetaErrors = { first: NOTHING, placed: NO_ERRORS, last: NOTHING };

export function createMetaErrors(definition: ResourceDefinition, strategy: Strategy, obj: Obj): MetaErrors {
  const rules = strategy.metadata ?? NO_RULES;
  if (rules.onCreate === 'last') return { ...NONE, last: ofRegistry(definition, obj) };
  const whole = wholeErrors(definition, strategy, rules, obj);
  if (whole.length === 0) return NONE;
  return rules.onCreate === 'placed' ? { first: NOTHING, placed: { ...NO_ERRORS, whole: () => whole }, last: ofRegistry(definition, obj) } : { ...NONE, first: whole };
}

/** The common case, no mistake, validates once. */
export function updateMetaErrors(definition: ResourceDefinition, strategy: Strategy, obj: Obj, old: DeepReadonly<Obj>): MetaErrors {
  const rules = strategy.metadata ?? NO_RULES;
  const whole = wholeErrors(definition, strategy, rules, obj);
  const change = changeErrors(obj, old, whole.length === 0);
  if (whole.length === 0 && change.length === 0) return NONE;
  const own = { whole: () => whole, change: () => [...change, ...finalizerErrors(definition, rules, obj)] };
  const byRegistry = [...ofRegistry(definition, obj), ...change];
  const onUpdate = rules.onUpdate ?? (definition.validates === 'requested' ? CHANGE : BOTH);
  if (onUpdate === 'placed') return { first: byRegistry, placed: own, last: NOTHING };
  return { first: [...byRegistry, ...onUpdate.flatMap((part) => own[part]())], placed: NO_ERRORS, last: NOTHING };
}

/** What every resource has in common. */
function ofRegistry(definition: ResourceDefinition, obj: Obj): ErrorList {
  return validateObjectMeta(obj.metadata, definition.scope === 'Namespaced', pathSegmentName, METADATA);
}

function wholeErrors(definition: ResourceDefinition, strategy: Strategy, rules: MetadataRules, obj: Obj): ErrorList {
  const validateName = nameRule(strategy, obj);
  return located(METADATA, (path) => {
    const errors = validateObjectMeta(obj.metadata, definition.scope === 'Namespaced', validateName, path);
    return finalizerErrors(definition, rules, obj, path, errors);
  });
}

/** `isRight`: all is well with the new metadata, seen alone. */
function changeErrors(obj: Obj, old: DeepReadonly<Obj>, isRight: boolean): ErrorList {
  const before = old.metadata as Obj['metadata'];
  return isRight ? validateObjectMetaChange(obj.metadata, before, METADATA) : validateObjectMetaUpdate(obj.metadata, before, METADATA);
}

function nameRule(strategy: Strategy, obj: Obj): ValidateName {
  const { validateName = nameIsDNSSubdomain, validatesGenerateName = true } = strategy;
  if (validateName === nameIsDNSSubdomain && validatesGenerateName) return nameIsDNSSubdomain;
  return (name, isPrefix) => (isPrefix && !validatesGenerateName ? [] : validateName(name, isPrefix, obj));
}

const STANDARD: readonly string[] = ['kubernetes', 'orphan', 'foregroundDeletion'];

/** Most built-ins know which finalizers may lack a domain. Behaves like upstream pkg/apis/core/validation (validateKubeFinalizerName). */
function finalizerErrors(definition: ResourceDefinition, rules: MetadataRules, obj: Obj, path = METADATA, errors: FieldError[] = []): FieldError[] {
  const { finalizers } = obj.metadata;
  if (!finalizers || (rules.finalizers ?? (definition.validates === 'requested' ? 'generic' : 'core')) === 'generic') return errors;
  finalizers.forEach((name, i) => {
    if (!name.includes('/') && !STANDARD.includes(name))
      errors.push(invalid(path.child('finalizers').index(i), name, 'name is neither a standard finalizer name nor is it fully qualified'));
  });
  return errors;
}
