/** What the expressions of a policy would not find in objects of the kinds that it is for. Pure. Behaves like upstream apiserver/pkg/admission/plugin/policy/validating/typechecking.go (Check). */
import { AUTHORIZER, NAMESPACE, REQUEST, variablesType, variableType } from '../../apimachinery/cel/admission.ts';
import { compile } from '../../apimachinery/cel/compile.ts';
import { DYN, type CelType } from '../../apimachinery/cel/types.ts';
import type { GroupVersionKind } from '../../apimachinery/meta.ts';
import type { ExpressionWarning, ValidatingAdmissionPolicySpec } from '../../apimachinery/types/admissionregistration.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';

type Spec = DeepReadonly<ValidatingAdmissionPolicySpec>;

export interface CheckedKind {
  readonly kind: GroupVersionKind;
  /** Of its objects. */
  readonly type: CelType;
}

/** `params`: the type of the parameters; undefined: there are none, or it is not known. */
export function typeWarnings(spec: Spec, kinds: readonly CheckedKind[], params: CelType | undefined): readonly ExpressionWarning[] {
  const environments = kinds.map(({ kind, type }) => ({ kind, names: namesFor(spec, type, params) }));
  const warningOf = (fieldRef: string, expression: string): readonly ExpressionWarning[] => {
    const texts = environments.flatMap(({ kind, names }) => textOf(kind, compile(expression, { variables: names }).error));
    return texts.length === 0 ? [] : [{ fieldRef, warning: texts.join('\n') }];
  };
  return (spec.validations ?? []).flatMap(({ expression, messageExpression }, i) => [
    ...warningOf(`spec.validations[${i}].expression`, expression),
    ...(messageExpression ? warningOf(`spec.validations[${i}].messageExpression`, messageExpression) : []),
  ]);
}

const textOf = ({ group, version, kind }: GroupVersionKind, error: string | undefined): readonly string[] => (error === undefined ? [] : [`${group}/${version}, Kind=${kind}: ${error}\n`]);

function namesFor({ variables = [] }: Spec, object: CelType, params: CelType | undefined): ReadonlyMap<string, CelType> {
  const names = new Map<string, CelType>([['namespaceObject', NAMESPACE], ['request', REQUEST], ['object', object], ['oldObject', object], ['authorizer', AUTHORIZER]]);
  if (params) names.set('params', params);
  const known = new Map<string, CelType>();
  names.set('variables', variablesType(known));
  for (const { name, expression } of variables) {
    const { type, error } = compile(expression, { variables: names });
    names.set('variables', variablesType(known.set(name, error === undefined ? variableType(type) : DYN)));
  }
  return names;
}
