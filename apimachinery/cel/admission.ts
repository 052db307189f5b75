/**
 * What the expressions of policies and webhooks may name, with the types of it, and what makes one fit for its place: for the validation of expressions (registry/admissionregistration) and their evaluation (api/admission/cel).
 * Behaves like upstream apiserver/pkg/admission/plugin/cel/compile.go and composition.go.
 */
import { compile } from './compile.ts';
import { newProgram, type Program } from './program.ts';
import { ANY, BOOL, DURATION, DYN, INT, listOf, mapOf, named, NULL, objectType, STRING, TIMESTAMP, typeString, type CelType } from './types.ts';

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
export const REQUEST = objectType('kubernetes.AdmissionRequest', {
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
export const NAMESPACE = objectType('kubernetes.Namespace', {
  metadata: METADATA,
  spec: objectType('kubernetes.NamespaceSpec', { finalizers: listOf(STRING) }),
  status: objectType('kubernetes.NamespaceStatus', { conditions: listOf(CONDITION), phase: STRING }),
});
export const AUTHORIZER = named('kubernetes.authorization.Authorizer');

export const CONDITIONAL: readonly CelType[] = [BOOL];
export const TEXT: readonly CelType[] = [STRING];
export const TEXT_OR_NULL: readonly CelType[] = [STRING, NULL];

export function namesOf({ variables, hasParams, hasAuthorizer }: Declared): ReadonlyMap<string, CelType> {
  const out = new Map<string, CelType>([['object', DYN], ['oldObject', DYN], ['namespaceObject', NAMESPACE], ['request', REQUEST]]);
  if (hasParams) out.set('params', DYN);
  if (hasAuthorizer) out.set('authorizer', AUTHORIZER).set('authorizer.requestResource', named('kubernetes.authorization.ResourceCheck'));
  if (variables) out.set('variables', variablesType(variables));
  return out;
}

export const variablesType = (variables: ReadonlyMap<string, CelType>): CelType => objectType('kubernetes.variables', Object.fromEntries(variables));

const KEPT: readonly CelType[] = [ANY, DYN, BOOL, INT, STRING, NULL, TIMESTAMP, DURATION];

/** The type that `variables.x` has: that of the expression as far as it is made of plain types, lists and maps. */
export function variableType(type: CelType): CelType {
  const [first, second] = type.params;
  if (type.kind === 'list' && first) return listOf(variableType(first));
  if (type.kind === 'map' && first && second) return mapOf(variableType(first), variableType(second));
  return type.kind === 'simple' || KEPT.includes(type) ? type : DYN;
}

/** A compiled expression; error: why it did not compile, or is not of a type that it must have. */
export interface Expression {
  readonly source: string;
  readonly type: CelType;
  readonly error?: string;
  /** Of an error that is found as late as the evaluation is planned. */
  readonly isInternal?: boolean;
  /** Absent with an error. */
  readonly program?: Program;
}

/** `types`: one of these it must have; undefined: any will do. */
export function compileExpression(source: string, types: readonly CelType[] | undefined, declared: Declared): Expression {
  const names = namesOf(declared);
  const { type, error, expr } = compile(source, { variables: names });
  if (error !== undefined) return { source, type: DYN, error: `compilation failed: ${error}` };
  const misfit = types && misfitOf(type, types);
  if (misfit !== undefined) return { source, type: DYN, error: misfit };
  if (!expr) return { source, type };
  const program = newProgram(expr, new Set(names.keys()));
  return program.error === undefined ? { source, type, program } : { source, type: DYN, error: `program instantiation failed: ${program.error}`, isInternal: true };
}

function misfitOf(type: CelType, types: readonly CelType[]): string | undefined {
  const found = typeString(type);
  const wanted = types.map(typeString);
  if (wanted.includes(found)) return undefined;
  return wanted.length === 1 ? `must evaluate to ${wanted.join('')} but got ${found}` : `must evaluate to one of [${wanted.join(' ')}] but got ${found}`;
}

/** The variables of a policy; each sees those before it. `types`: of all, one that does not compile may be anything. */
export function compileVariables(variables: readonly { readonly name: string; readonly expression: string }[], hasParams: boolean): { readonly types: ReadonlyMap<string, CelType>; readonly expressions: readonly Expression[] } {
  const types = new Map<string, CelType>();
  const expressions = variables.map(({ name, expression }) => {
    const compiled = compileExpression(expression, undefined, { variables: types, hasParams, hasAuthorizer: true });
    types.set(name, compiled.error === undefined ? variableType(compiled.type) : DYN);
    return compiled;
  });
  return { types, expressions };
}
