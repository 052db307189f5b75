/** How custom resources are written: status and generation, then the schema's judgement. Behaves like upstream apiextensions-apiserver/pkg/registry/customresource/strategy.go and status_strategy.go. */
import { jsonEqual } from '../../apimachinery/equality.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import type { Struct } from '../../apimachinery/schema/model.ts';
import { invalid, Path, type ErrorList, type FieldErrorType } from '../../apimachinery/validation/field.ts';
import type { RequestContext } from '../../registry/generic/context.ts';
import { deepCopy } from '../../registry/generic/deep-copy.ts';
import type { Strategy } from '../../registry/generic/definition.ts';
import type { Schema as RuleSchema } from '../../apimachinery/cel/schema-types.ts';
import { Correlated } from './correlation.ts';
import { listTypeErrors } from './list-types.ts';
import { BUDGET, type RuleValidator } from './rules.ts';
import { validateBySchema } from './schema-validation.ts';

export interface CustomVersion {
  readonly apiVersion: string;
  readonly hasStatus: boolean;
  readonly schema: Struct;
  /** undefined: there are none. */
  readonly rules: RuleValidator | undefined;
  /** As its author wrote it. */
  readonly declared: RuleSchema | undefined;
}

type Of = (obj: Obj) => CustomVersion | undefined;

/** The object without metadata, and without status where that is a subresource. */
function countedPart(obj: Obj, hasStatus: boolean): Record<string, unknown> {
  const { metadata: _m, status, ...rest } = obj;
  return hasStatus || status === undefined ? rest : { ...rest, status };
}

/** What a write is judged by: the schema, the types of lists, the rules. What has not changed may stay wrong. */
function judge(of: Of, obj: Obj, ctx: RequestContext, old?: Obj): ErrorList {
  const version = of(obj);
  if (!version) return [];
  const correlated = correlate(version, obj, old);
  return judgeBeyond(version, validateBySchema(version.schema, obj, '', correlated), { obj, ctx, old, correlated });
}

/** Of the whole only the status is held against the schema; what is said of it names it from within. */
function judgeStatus(of: Of, obj: Obj, ctx: RequestContext, old: Obj): ErrorList {
  const version = of(obj);
  if (!version) return [];
  const correlated = correlate(version, obj, old);
  const schema = version.schema.fields.get('status')?.schema;
  const errors = schema ? validateBySchema(schema, obj['status'], '', correlated?.key('status')) : [];
  return judgeBeyond(version, errors.map((error) => ({ ...error, field: error.field === '' ? 'status' : `status.${error.field}` })), { obj, ctx, old, correlated });
}

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

export function customStrategy(versions: readonly CustomVersion[]): Strategy {
  const byVersion = new Map(versions.map((v) => [v.apiVersion, v]));
  const of: Of = (obj) => byVersion.get(obj.apiVersion);
  return {
    allowUnconditionalUpdate: false,
    resetFields: Object.fromEntries(versions.filter((v) => v.hasStatus).map((v) => [v.apiVersion, [['f:status']]])),
    prepareForCreate(obj) {
      if (of(obj)?.hasStatus) delete obj['status'];
      obj.metadata.generation = 1;
    },
    prepareForUpdate(obj, old) {
      const hasStatus = of(obj)?.hasStatus ?? false;
      if (hasStatus) setStatus(obj, old['status'] === undefined ? undefined : deepCopy(old['status']));
      if (!jsonEqual(countedPart(obj, hasStatus), countedPart(old, hasStatus))) obj.metadata.generation = (old.metadata.generation ?? 0) + 1;
    },
    validate: (obj, ctx) => judge(of, obj, ctx),
    validateUpdate: (obj, old, ctx) => judge(of, obj, ctx, old),
  };
}

export function customStatusStrategy(versions: readonly CustomVersion[]): Strategy {
  const byVersion = new Map(versions.map((v) => [v.apiVersion, v]));
  const resets = (schema: Struct): string[][] => [...schema.fields.keys()].filter((name) => name !== 'status' && name !== 'apiVersion' && name !== 'kind').map((name) => [`f:${name}`]);
  return {
    allowUnconditionalUpdate: false,
    resetFields: Object.fromEntries(versions.map((v) => [v.apiVersion, resets(v.schema)])),
    prepareForUpdate(obj, old) {
      const { status, metadata } = obj;
      for (const name of Object.keys(obj)) delete obj[name];
      Object.assign(obj, deepCopy(old));
      const { managedFields, resourceVersion } = metadata;
      Object.assign(obj.metadata, { ...(managedFields && { managedFields }), ...(resourceVersion !== undefined && { resourceVersion }) });
      setStatus(obj, status);
    },
    validateUpdate: (obj, old, ctx) => judgeStatus((o) => byVersion.get(o.apiVersion), obj, ctx, old),
  };
}
