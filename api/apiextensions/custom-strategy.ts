/** How custom resources are written: status and generation, then the schema's judgement. Behaves like upstream apiextensions-apiserver/pkg/registry/customresource/strategy.go and status_strategy.go. */
import { jsonEqual } from '../../apimachinery/equality.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import { own } from '../../apimachinery/own.ts';
import { invalid, Path, type ErrorList, type FieldErrorType } from '../../apimachinery/validation/field.ts';
import type { RequestContext } from '../../registry/generic/context.ts';
import { deepCopy } from '../../registry/generic/deep-copy.ts';
import type { Strategy } from '../../registry/generic/definition.ts';
import type { Schema as RuleSchema } from '../../apimachinery/cel/schema-types.ts';
import { Correlated } from '../../apimachinery/structural/correlation.ts';
import { embeddedResourceCheck } from '../../apimachinery/structural/embedded-resource.ts';
import { listTypeErrors } from '../../apimachinery/structural/list-types.ts';
import { BUDGET, type RuleValidator } from '../../apimachinery/structural/rules.ts';
import { SchemaValidator } from '../../apimachinery/structural/validator.ts';
import { finalizerWarnings } from './finalizer-warnings.ts';
import { scaleSpecErrors, scaleStatusErrors, type Scale } from './scale-validation.ts';

export interface CustomVersion {
  readonly apiVersion: string;
  readonly hasStatus: boolean;
  readonly scale: Scale | undefined;
  /** undefined: there are none. */
  readonly rules: RuleValidator | undefined;
  /** As its author wrote it. */
  readonly declared: RuleSchema | undefined;
}

/** A version with what is made of its schema once. */
interface JudgedVersion extends CustomVersion {
  readonly whole: SchemaValidator | undefined;
  readonly status: SchemaValidator | undefined;
  readonly embedded: ReturnType<typeof embeddedResourceCheck>;
}

type Of = (obj: Obj) => JudgedVersion | undefined;

function byVersion(versions: readonly CustomVersion[]): Of {
  const made = new Map(versions.map((v) => [v.apiVersion, judged(v)]));
  return (obj) => made.get(obj.apiVersion);
}

function judged(version: CustomVersion): JudgedVersion {
  const { declared } = version;
  const status = declared && own(declared.properties, 'status');
  return { ...version, whole: declared && new SchemaValidator(declared), status: status && new SchemaValidator(status), embedded: declared && embeddedResourceCheck(declared) };
}

/** The object without metadata, and without status where that is a subresource. */
function countedPart(obj: Obj, hasStatus: boolean): Record<string, unknown> {
  const { metadata: _m, status, ...rest } = obj;
  return hasStatus || status === undefined ? rest : { ...rest, status };
}

/** What a write is judged by: the schema, what the scale reads, resources within, the types of lists, the rules. What has not changed may stay wrong. */
function judge(of: Of, obj: Obj, ctx: RequestContext, ofMetadata: ErrorList, old?: Obj): ErrorList {
  const version = of(obj);
  if (!version) return [];
  const { whole, scale, embedded } = version;
  const correlated = correlate(version, obj, old);
  const errors = whole?.validate(obj, correlated) ?? [];
  const ofScale = scale ? [...scaleSpecErrors(scale, obj), ...scaleStatusErrors(scale, obj)] : [];
  return judgeBeyond(version, [...ofMetadata, ...errors, ...ofScale, ...(embedded?.(obj, Path.ROOT) ?? [])], { obj, ctx, old, correlated });
}

/** Of the whole only the status is held against the schema; what is said of it names it from within. */
function judgeStatus(of: Of, obj: Obj, ctx: RequestContext, old: Obj): ErrorList {
  const version = of(obj);
  if (!version) return [];
  const correlated = correlate(version, obj, old);
  const errors = obj['status'] === undefined ? [] : (version.status?.validate(obj['status'], correlated?.key('status'), STATUS) ?? []);
  return judgeBeyond(version, version.scale ? [...errors, ...scaleStatusErrors(version.scale, obj)] : errors, { obj, ctx, old, correlated });
}

const STATUS = Path.of('status');

interface Judged {
  readonly obj: Obj;
  readonly ctx: RequestContext;
  readonly old: Obj | undefined;
  readonly correlated: Correlated | undefined;
}

const correlate = ({ declared }: CustomVersion, obj: Obj, old: Obj | undefined): Correlated | undefined => (old && declared ? new Correlated(obj, old, declared) : undefined);

function judgeBeyond({ declared, rules }: CustomVersion, errors: ErrorList, judged: Judged): ErrorList {
  const { obj, old } = judged;
  const isOldWrong = declared !== undefined && old !== undefined && listTypeErrors(declared, old, Path.of()).length > 0;
  const all = declared && !isOldWrong ? [...errors, ...listTypeErrors(declared, obj, Path.of())] : errors;
  return rules ? [...all, ...judgeByRules(rules, all, judged)] : all;
}

const BLOCKING: ReadonlySet<FieldErrorType> = new Set<FieldErrorType>(['FieldValueNotSupported', 'FieldValueRequired', 'FieldValueTooLong', 'FieldValueTooMany', 'FieldValueTypeInvalid']);
const NOT_CHECKED = 'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

/** Rules are for objects that are of the schema. What they say of what has not changed is a warning. */
function judgeByRules(rules: RuleValidator, errors: ErrorList, { obj, ctx, old, correlated }: Judged): ErrorList {
  if (errors.some(({ type }) => BLOCKING.has(type))) return [{ ...invalid(Path.of(), null, NOT_CHECKED), field: '<nil>' }];
  const judgement = { errors: [], warnings: [], budget: BUDGET };
  rules.validate({ path: Path.of(), value: obj, old, correlated }, judgement);
  for (const warning of judgement.warnings) ctx.warnings.add(warning);
  return judgement.errors;
}

const setStatus = (obj: Obj, status: unknown): void => {
  if (status === undefined) delete obj['status'];
  else obj['status'] = status;
};

/** `refuseCreation`: throws while nothing may be created. */
export function customStrategy(versions: readonly CustomVersion[], refuseCreation: (name: string) => void): Strategy {
  const of = byVersion(versions);
  return {
    allowUnconditionalUpdate: false,
    resetFields: Object.fromEntries(versions.filter((v) => v.hasStatus).map((v) => [v.apiVersion, [['f:status']]])),
    prepareForCreate(obj) {
      refuseCreation(obj.metadata.name);
      if (of(obj)?.hasStatus) delete obj['status'];
      obj.metadata.generation = 1;
    },
    prepareForUpdate(obj, old) {
      const hasStatus = of(obj)?.hasStatus ?? false;
      if (hasStatus) setStatus(obj, old['status'] === undefined ? undefined : deepCopy(old['status']));
      if (!jsonEqual(countedPart(obj, hasStatus), countedPart(old, hasStatus))) obj.metadata.generation = (old.metadata.generation ?? 0) + 1;
    },
    metadata: { onCreate: 'placed', onUpdate: 'placed' },
    validate: (obj, ctx, metadata) => judge(of, obj, ctx, metadata.whole()),
    validateUpdate: (obj, old, ctx, metadata) => judge(of, obj, ctx, metadata.change(), old),
    warningsOnCreate: (obj) => finalizerWarnings(obj),
    warningsOnUpdate: (obj, old) => finalizerWarnings(obj, old),
  };
}

export function customStatusStrategy(versions: readonly CustomVersion[]): Strategy {
  const of = byVersion(versions);
  return {
    allowUnconditionalUpdate: false,
    resetFields: Object.fromEntries(versions.map((v) => [v.apiVersion, [['f:spec']]])),
    prepareForUpdate(obj, old) {
      const { status, metadata } = obj;
      for (const name of Object.keys(obj)) delete obj[name];
      Object.assign(obj, deepCopy(old));
      const { managedFields, resourceVersion } = metadata;
      Object.assign(obj.metadata, { ...(managedFields && { managedFields }), ...(resourceVersion !== undefined && { resourceVersion }) });
      setStatus(obj, status);
    },
    validateUpdate: (obj, old, ctx) => judgeStatus(of, obj, ctx, old),
  };
}
