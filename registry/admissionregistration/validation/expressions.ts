/** What the expressions of policies and webhooks may name, and what is wrong with one. Behaves like upstream apiserver/pkg/admission/plugin/cel/compile.go and composition.go. */
import { compile } from '../../../apimachinery/cel/compile.ts';
import { BOOL, DYN, INT, listOf, mapOf, named, NULL, objectType, STRING, TIMESTAMP, typeString, type CelType } from '../../../apimachinery/cel/types.ts';
import type { Variable } from '../../../apimachinery/types/admissionregistration.gen.ts';
import { invalid, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';

export interface Declared {
  /** Those of the policy, with the types that they were found to have. */
  readonly variables?: ReadonlyMap<string, CelType>;
  readonly hasParams: boolean;
  readonly hasAuthorizer: boolean;
}

const STRINGS = mapOf(STRING, STRING);
const GVK = objectType('kubernetes.GroupVersionKind', { group: STRING, version: STRING, kind: STRING });
const GVR = objectType('kubernetes.GroupVersionResource', { group: STRING, version: STRING, resource: STRING });
const USER = objectType('kubernetes.UserInfo', { username: STRING, uid: STRING, groups: listOf(STRING), extra: mapOf(STRING, listOf(STRING)) });
const REQUEST = objectType('kubernetes.AdmissionRequest', {
  kind: GVK,
  resource: GVR,
  subResource: STRING,
  requestKind: GVK,
  requestResource: GVR,
  requestSubResource: STRING,
  name: STRING,
  namespace: STRING,
  operation: STRING,
  userInfo: USER,
  dryRun: BOOL,
  options: DYN,
});
const CONDITION = objectType('kubernetes.NamespaceCondition', { status: STRING, type: STRING, lastTransitionTime: TIMESTAMP, message: STRING, reason: STRING });
const METADATA = objectType('kubernetes.NamespaceMetadata', {
  name: STRING,
  generateName: STRING,
  namespace: STRING,
  labels: STRINGS,
  annotations: STRINGS,
  UID: STRING,
  creationTimestamp: TIMESTAMP,
  deletionGracePeriodSeconds: INT,
  deletionTimestamp: TIMESTAMP,
  generation: INT,
  resourceVersion: STRING,
  finalizers: listOf(STRING),
});
const NAMESPACE = objectType('kubernetes.Namespace', {
  metadata: METADATA,
  spec: objectType('kubernetes.NamespaceSpec', { finalizers: listOf(STRING) }),
  status: objectType('kubernetes.NamespaceStatus', { conditions: listOf(CONDITION), phase: STRING }),
});

export const CONDITIONAL: readonly CelType[] = [BOOL];
export const TEXT: readonly CelType[] = [STRING];
export const TEXT_OR_NULL: readonly CelType[] = [STRING, NULL];

function names({ variables, hasParams, hasAuthorizer }: Declared): ReadonlyMap<string, CelType> {
  const out = new Map<string, CelType>([['object', DYN], ['oldObject', DYN], ['namespaceObject', NAMESPACE], ['request', REQUEST]]);
  if (hasParams) out.set('params', DYN);
  if (hasAuthorizer) out.set('authorizer', named('kubernetes.authorization.Authorizer')).set('authorizer.requestResource', named('kubernetes.authorization.ResourceCheck'));
  if (variables) out.set('variables', objectType('kubernetes.variables', Object.fromEntries(variables)));
  return out;
}

/** What keeps an expression from being compiled, or from being of one of these types. `value`: shown as the wrong value. */
export function expressionErrors(expression: string, types: readonly CelType[], declared: Declared, path: Path, value = expression): FieldError[] {
  const { type, error } = compile(expression, { variables: names(declared) });
  if (error !== undefined) return [invalid(path, value, `compilation failed: ${error}`)];
  const found = typeString(type);
  const wanted = types.map(typeString);
  if (wanted.includes(found)) return [];
  return [invalid(path, value, wanted.length === 1 ? `must evaluate to ${wanted.join('')} but got ${found}` : `must evaluate to one of [${wanted.join(' ')}] but got ${found}`)];
}

/** Each variable's mistakes, and the types of all: one that is wrong may be anything. A variable sees those before it. */
export function variableTypes(variables: readonly Variable[], hasParams: boolean, pathOf: (index: number) => Path): { readonly types: ReadonlyMap<string, CelType>; readonly errors: ReadonlyMap<number, FieldError> } {
  const types = new Map<string, CelType>();
  const errors = new Map<number, FieldError>();
  for (const [i, { name, expression }] of variables.entries()) {
    if (expression.trim() === '') continue;
    const { type, error } = compile(expression, { variables: names({ variables: types, hasParams, hasAuthorizer: true }) });
    if (error !== undefined) errors.set(i, invalid(pathOf(i), expression, `compilation failed: ${error}`));
    types.set(name, error === undefined ? type : DYN);
  }
  return { types, errors };
}
