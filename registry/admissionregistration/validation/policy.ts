/** ValidatingAdmissionPolicies. Behaves like upstream pkg/apis/admissionregistration/validation/validation.go. */
import { jsonPathProblem } from './json-path.ts';
import type {
  AuditAnnotation,
  ParamKind,
  ValidatingAdmissionPolicy,
  Validation,
  Variable,
} from '../../../apimachinery/types/admissionregistration.gen.ts';
import {
  duplicate,
  invalid,
  notSupported,
  Path,
  required,
  type ErrorList,
  type FieldError,
} from '../../../apimachinery/validation/field.ts';
import { semanticEqual } from '../../core/equality.ts';
import { conditions, qualifiedName } from '../../core/validation/fields.ts';
import { byteLength, isDNS1035Label, isDNS1123Subdomain } from '../../core/validation/format.ts';
import { CONDITIONAL, expressionErrors, TEXT, TEXT_OR_NULL, variableTypes, type Declared } from './expressions.ts';
import { isBlank, matchConditions } from './match-conditions.ts';
import { FAILURE_POLICIES, matchResources } from './rules.ts';

const SPEC = Path.of('spec');
const MAX_AUDIT_ANNOTATIONS = 20;
const MAX_VALUE_EXPRESSION = 5 * 1024;
const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const AT_LEAST_ONE = 'validations or auditAnnotations must contain at least one item';

/** Words that no CEL variable may be called. */
const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);

function paramVersion(apiVersion: string, path: Path): FieldError[] {
  const parts = apiVersion.split('/');
  if (parts.length > 2) return [invalid(path, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)];
  const version = parts.at(-1) ?? '';
  const group = parts.length === 2 ? (parts[0] ?? '') : '';
  const joined = (value: string, problems: readonly string[]): FieldError[] =>
    problems.length > 0 ? [invalid(path, value, problems.join(','))] : [];
  return [
    ...(group === '' ? [] : joined(group, isDNS1123Subdomain(group))),
    ...(version === '' ? [invalid(path, apiVersion, 'version must be specified')] : joined(version, isDNS1035Label(version))),
  ];
}

function paramKind({ apiVersion, kind }: ParamKind, path: Path): FieldError[] {
  const [versionPath, kindPath] = [path.child('apiVersion'), path.child('kind')];
  const problems = kind ? isDNS1035Label(kind.toLowerCase()) : [];
  return [
    ...(apiVersion ? paramVersion(apiVersion, versionPath) : [required(versionPath)]),
    ...(kind ? [] : [required(kindPath)]),
    ...(problems.length > 0 ? [invalid(kindPath, kind, `may have mixed case, but should otherwise match: ${problems.join(',')}`)] : []),
  ];
}

function variable({ name, expression }: Variable, path: Path, problem: FieldError | undefined): FieldError[] {
  const isIdentifier = /^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name ?? '') && !RESERVED.has(name);
  return [
    ...(isBlank(name)
      ? [required(path.child('name'), 'name is not specified')]
      : isIdentifier
        ? []
        : [invalid(path.child('name'), name, 'must be a valid CEL identifier')]),
    ...(isBlank(expression) ? [required(path.child('expression'), 'expression is not specified')] : problem ? [problem] : []),
  ];
}

function message(text: string | undefined, path: Path): FieldError[] {
  if (!text) return [];
  if (isBlank(text)) return [invalid(path, text, 'must be non-empty if specified')];
  return /[\n\r]/.test(text.trim()) ? [invalid(path, text, 'must not contain line breaks')] : [];
}

function messageExpression(text: string | undefined, declared: Declared, path: Path): FieldError[] {
  if (!text) return [];
  return isBlank(text) ? [invalid(path, text, 'must be non-empty if specified')] : expressionErrors(text, TEXT, { ...declared, hasAuthorizer: false }, path);
}

function validation(v: Validation, declared: Declared, path: Path): FieldError[] {
  const at = path.child('expression');
  return [
    ...(isBlank(v.expression) ? [required(at, 'expression is not specified')] : expressionErrors(v.expression, CONDITIONAL, declared, at)),
    ...messageExpression(v.messageExpression, declared, path.child('messageExpression')),
    ...message(v.message, path.child('message')),
    ...(v.reason === undefined || REASONS.includes(v.reason) ? [] : [notSupported(path.child('reason'), v.reason, REASONS)]),
  ];
}

function valueExpression(text: string, declared: Declared, path: Path): FieldError[] {
  const trimmed = text.trim();
  if (trimmed === '') return [required(path, 'valueExpression is not specified')];
  if (byteLength(trimmed) > MAX_VALUE_EXPRESSION) return [required(path, `must not exceed ${MAX_VALUE_EXPRESSION} bytes in length`)];
  return expressionErrors(trimmed, TEXT_OR_NULL, declared, path, text);
}

function auditAnnotation({ key = '', valueExpression: value = '' }: AuditAnnotation, name: string, declared: Declared, path: Path): FieldError[] {
  return [
    ...(name === ''
      ? [invalid(path.child('key'), key, 'requires metadata.name be non-empty')]
      : qualifiedName(`${name}/${key}`, path.child('key'))),
    ...valueExpression(value, declared, path.child('valueExpression')),
  ];
}

function auditAnnotations(list: readonly AuditAnnotation[], name: string, declared: Declared): FieldError[] {
  const path = SPEC.child('auditAnnotations');
  const keys = list.map((a) => a.key);
  return [
    ...(list.length > MAX_AUDIT_ANNOTATIONS
      ? [invalid(path, list, `must not have more than ${MAX_AUDIT_ANNOTATIONS} auditAnnotations`)]
      : []),
    ...list.flatMap((a, i) => [
      ...auditAnnotation(a, name, declared, path.index(i)),
      ...(keys.indexOf(a.key) < i ? [duplicate(path.index(i).child('key'), a.key)] : []),
    ]),
  ];
}

function failurePolicy(policy: string | undefined): FieldError[] {
  const path = SPEC.child('failurePolicy');
  if (policy === undefined) return [required(path)];
  return FAILURE_POLICIES.includes(policy) ? [] : [notSupported(path, policy, FAILURE_POLICIES)];
}

function constraints({ matchConstraints: m }: ValidatingAdmissionPolicy['spec']): FieldError[] {
  const path = SPEC.child('matchConstraints');
  if (!m) return [required(path)];
  return [...matchResources(m, path), ...((m.resourceRules ?? []).length === 0 ? [required(path.child('resourceRules'))] : [])];
}

function check({ metadata, spec }: ValidatingAdmissionPolicy, ignoreMatchConditions: boolean): FieldError[] {
  const [validations, annotations, variables] = [spec.validations ?? [], spec.auditAnnotations ?? [], spec.variables ?? []];
  const isEmpty = validations.length + annotations.length === 0;
  const hasParams = Boolean(spec.paramKind);
  const at = (i: number): Path => SPEC.child('variables').index(i);
  const { types, errors } = variableTypes(variables, hasParams, (i) => at(i).child('expression'));
  const declared: Declared = { hasParams, hasAuthorizer: true, ...(variables.length > 0 && { variables: types }) };
  return [
    ...failurePolicy(spec.failurePolicy),
    ...(spec.paramKind ? paramKind(spec.paramKind, SPEC.child('paramKind')) : []),
    ...constraints(spec),
    ...(ignoreMatchConditions ? [] : matchConditions(spec.matchConditions, SPEC.child('matchConditions'), hasParams)),
    ...variables.flatMap((v, i) => variable(v, at(i), errors.get(i))),
    ...(isEmpty ? ['validations', 'auditAnnotations'].map((f) => required(SPEC.child(f), AT_LEAST_ONE)) : []),
    ...validations.flatMap((v, i) => validation(v, declared, SPEC.child('validations').index(i))),
    ...auditAnnotations(annotations, metadata.name ?? '', declared),
  ];
}

export const validatePolicy = (policy: ValidatingAdmissionPolicy): ErrorList => check(policy, false);

export function validatePolicyUpdate(policy: ValidatingAdmissionPolicy, old: ValidatingAdmissionPolicy): ErrorList {
  return check(
    policy,
    semanticEqual(policy.spec.paramKind, old.spec.paramKind) && semanticEqual(policy.spec.matchConditions, old.spec.matchConditions),
  );
}

function fieldReference(ref: string, path: Path): FieldError[] {
  if (ref === '') return [required(path)];
  const problem = jsonPathProblem(`{${ref}}`);
  return problem === undefined ? [] : [invalid(path, ref, `invalid JSONPath: ${problem}`)];
}

export function validatePolicyStatusUpdate({ status }: ValidatingAdmissionPolicy): ErrorList {
  const path = Path.of('status', 'typeChecking', 'expressionWarnings');
  const warnings = status.typeChecking?.expressionWarnings ?? [];
  return [
    ...warnings.flatMap((w, i) => [
      ...(w.warning ? [] : [required(path.index(i).child('warning'))]),
      ...fieldReference((w.fieldRef ?? '').trim(), path.index(i).child('fieldRef')),
    ]),
    ...conditions(status.conditions, Path.of('status', 'conditions')),
  ];
}
