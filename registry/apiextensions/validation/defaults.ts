/** Defaults within structural schemas: they are of their schema, whole objects included. Behaves like upstream apiextensions-apiserver/pkg/apiserver/schema/defaulting/validation.go. */
import { coerceEmbedded } from '../../../apimachinery/schema/embedded.ts';
import type { Struct } from '../../../apimachinery/schema/model.ts';
import { compileOpenapi } from '../../../apimachinery/schema/openapi-compile.ts';
import { prune } from '../../../apimachinery/schema/prune.ts';
import { embeddedResourceCheck } from '../../../apimachinery/structural/embedded-resource.ts';
import { BUDGET, RuleValidator, type Judgement } from '../../../apimachinery/structural/rules.ts';
import { SchemaValidator } from '../../../apimachinery/structural/validator.ts';
import type { JsonObject } from '../../../apimachinery/meta.ts';
import type { JSONSchemaProps } from '../../../apimachinery/types/apiextensions.gen.ts';
import { invalid, Path, type FieldError } from '../../../apimachinery/validation/field.ts';
import { entries, itemSchema, rootSchemas, schemasWithin, type Schema, type Spec } from './schema-walk.ts';

const META_FIELDS: ReadonlySet<string> = new Set(['metadata', 'kind', 'apiVersion']);

/** Where a schema stands. */
interface Place {
  readonly path: Path;
  /** The schema of the innermost resource around it. */
  readonly root: Schema;
  /** That resource, with nothing in it but a value here. */
  readonly around: (value: unknown) => JsonObject;
  /** Within the resource's apiVersion, kind or metadata. */
  readonly isInMeta: boolean;
}

/** What one call found; `budget`: of all rules. */
interface Account {
  readonly requirePruned: boolean;
  readonly errors: FieldError[];
  budget: number;
}

export function defaultErrors(root: Schema, path: Path, requirePruned: boolean): FieldError[] {
  const account: Account = { requirePruned, errors: [], budget: BUDGET };
  const whole: Schema = { ...root, 'x-kubernetes-embedded-resource': true };
  judge(whole, { path, root: whole, around: resource, isInMeta: false }, account);
  return account.errors;
}

/** What no default says is made up. */
const resource = (value: unknown): JsonObject => ({ kind: 'Validation', apiVersion: 'validation/v1', ...(value as object) });

function judge(s: Schema, outer: Place, account: Account): void {
  const isEmbedded = s['x-kubernetes-embedded-resource'] === true;
  const place: Place = isEmbedded ? { path: outer.path, root: s, around: resource, isInMeta: false } : outer;
  const { path, around, isInMeta } = place;
  if (s.default !== undefined && s.default !== null) {
    account.errors.push(...(isInMeta ? metaErrors(s, place, account) : valueErrors(s, place, account)));
    if (account.budget < 0) return;
  }
  const items = itemSchema(s);
  if (items) judge(items, { ...place, path: path.child('items'), around: (value) => around([value]) }, account);
  for (const [name, member] of entries(s.properties)) {
    if (account.budget < 0) return;
    judge(member, { ...place, path: path.child('properties').key(name), around: (value) => around({ [name]: value }), isInMeta: isInMeta || (isEmbedded && META_FIELDS.has(name)) }, account);
  }
}

/** A part of metadata is judged as what it makes of a resource. */
function metaErrors(s: Schema, { path, root, around }: Place, account: Account): FieldError[] {
  const at = path.child('default');
  const whole = around(structuredClone(s.default));
  const problems = resourceErrors({ ...root, 'x-kubernetes-embedded-resource': true }, whole, Path.ROOT).map(({ field, message }) => `${field}: ${message}`);
  if (problems.length > 0) return [invalid(at, s.default, `must result in valid metadata: ${problems.length === 1 ? problems.join('') : `[${problems.join(', ')}]`}`)];
  return contentErrors(s, s.default, at, s === root, account);
}

function valueErrors(s: Schema, { path, root }: Place, account: Account): FieldError[] {
  const at = path.child('default');
  const value: unknown = structuredClone(s.default);
  const unpruned = account.requirePruned && hasUnknown(s) ? [invalid(at, s.default, 'must not have unknown fields')] : [];
  const ofResources = resourceErrors(s, value, at);
  return [...unpruned, ...(ofResources.length > 0 ? ofResources : contentErrors(s, value, at, s === root, account))];
}

/** Types the metadata of resources in place. */
function resourceErrors(s: Schema, value: unknown, path: Path): FieldError[] {
  const wrong = coerceEmbedded(compileOpenapi(s as JSONSchemaProps), value, path, []);
  return wrong ? [wrong] : (embeddedResourceCheck(s)?.(value, path) ?? []);
}

function contentErrors(s: Schema, value: unknown, path: Path, isRoot: boolean, account: Account): FieldError[] {
  const errors = new SchemaValidator(s, 'defaults').validate(value, undefined, path);
  const rules = errors.length > 0 ? undefined : RuleValidator.of(s, isRoot);
  return rules ? ruleErrors(rules, value, path, account) : errors;
}

/** Rules see a default that stays as it is, and one that is new. The dearer of both counts. */
function ruleErrors(rules: RuleValidator, value: unknown, path: Path, account: Account): FieldError[] {
  const run = (old: unknown): Judgement => {
    const judgement: Judgement = { errors: [], warnings: [], budget: account.budget };
    rules.validate({ path, value, old }, judgement);
    return judgement;
  };
  const kept = run(value);
  const introduced = kept.errors.length === 0 ? run(undefined) : undefined;
  account.budget = Math.min(kept.budget, introduced?.budget ?? kept.budget);
  return [...kept.errors, ...(introduced?.errors ?? [])];
}

/** Types the metadata of resources within defaults, in place. */
export function typeDefaults(spec: Spec): void {
  for (const root of rootSchemas(spec)) for (const s of schemasWithin(root)) if (typeof s.default === 'object') coerceEmbedded(compileOpenapi(s as JSONSchemaProps), s.default, Path.ROOT, []);
}

/** Whether the default would lose something where it is used. */
export function hasUnknown(s: Schema): boolean {
  const holder: Struct = {
    kind: 'struct',
    fields: new Map([['value', { name: 'value', schema: compileOpenapi(s as JSONSchemaProps), required: false }]]),
    unknown: 'drop',
    merge: 'granular',
  };
  return prune(holder, { value: structuredClone(s.default) } as JsonObject).length > 0;
}
