import { describe, expect, it } from '@jest/globals';
import type { Obj } from '../../../apimachinery/meta.ts';
import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicySpec } from '../../../apimachinery/types/admissionregistration.gen.ts';
import { FakeClock } from '../../../component-base/clock.ts';
import type { Authorizer, Verdict as Authorization } from '../../authorization/interface.ts';
import { Answers } from '../cel/answers.ts';
import type { Inputs } from '../cel/evaluation.ts';
import type { Attributes } from '../interface.ts';
import { decide, type Verdict } from './decide.ts';
import { compilePolicy } from './policy.ts';

const clock = new FakeClock(0);
const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' }, data: { a: 'b' } } as unknown as Obj;
const attributes = {
  operation: 'CREATE',
  kind: { group: '', version: 'v1', kind: 'ConfigMap' },
  resource: { group: '', version: 'v1', resource: 'configmaps' },
  subresource: '',
  namespace: 'n',
  name: 'm',
  dryRun: false,
  user: { name: 'u', uid: '', groups: [], extra: {} },
} as unknown as Attributes;
const allows = (verdict: Authorization | Promise<Authorization>): Authorizer => ({ name: 'test', authorize: () => verdict });

async function verdictOf(spec: Partial<ValidatingAdmissionPolicySpec>, more: Partial<Inputs> = {}, authorizer = allows({ decision: 'allow', reason: 'so' })): Promise<Verdict> {
  const policy = compilePolicy({ metadata: { name: 'p' }, spec } as ValidatingAdmissionPolicy);
  const inputs: Inputs = { attributes, kind: attributes.kind, resource: attributes.resource, object: map, oldObject: undefined, params: undefined, namespace: undefined, ...more };
  return decide(policy, inputs, new Answers(authorizer), { clock, evaluated: () => undefined });
}
const validations = (...expressions: readonly string[]): Pick<ValidatingAdmissionPolicySpec, 'validations'> => ({ validations: expressions.map((expression) => ({ expression })) });
const brief = ({ decisions }: Verdict): unknown => decisions.map(({ evaluation, isDenied, message }) => (evaluation === 'admit' ? evaluation : `${evaluation}${isDenied ? '!' : ''} ${message}`));

/** A thirtieth of what a policy's validations may cost, and more. */
const DEAR = 'authorizer.path("/x").check("get").allowed()';
const SPENT = 'validation failed due to running out of cost budget, no further validation rules will be run';

describe('what a policy decides', () => {
  it.each([
    { name: 'every validation for itself', spec: validations('true', 'object.data.a == "c"', 'oldObject == null'), want: ['admit', 'deny! failed expression: object.data.a == "c"', 'admit'] },
    { name: 'an expression that fails as the failure policy wants it', spec: validations('object.data.z == ""'), want: [`error! expression 'object.data.z == ""' resulted in error: no such key: z`] },
    { name: 'and lets it pass', spec: { ...validations('object.data.z == ""'), failurePolicy: 'Ignore' }, want: [`error expression 'object.data.z == ""' resulted in error: no such key: z`] },
    { name: 'nothing when a condition is not met, even if another fails', spec: { ...validations('false'), matchConditions: [{ name: 'a', expression: 'object.data.z == ""' }, { name: 'b', expression: 'false' }] }, want: [] },
    { name: 'an error for conditions that fail', spec: { ...validations('true'), matchConditions: [{ name: 'a', expression: 'object.data.z == ""' }, { name: 'b', expression: 'object.data.y == ""' }] }, want: [`error! [expression 'object.data.z == ""' resulted in error: no such key: z, expression 'object.data.y == ""' resulted in error: no such key: y]`] },
    { name: 'with variables that build on one another', spec: { ...validations('variables.y == "bb"'), variables: [{ name: 'x', expression: 'object.data.a' }, { name: 'y', expression: 'variables.x + variables.x' }] }, want: ['admit'] },
    { name: 'never evaluating a variable that nobody asks for', spec: { ...validations('true'), variables: [{ name: 'x', expression: '1/0' }] }, want: ['admit'] },
    { name: 'naming the variable that fails', spec: { ...validations('variables.x == 1'), variables: [{ name: 'x', expression: '1/0' }] }, want: [`error! expression 'variables.x == 1' resulted in error: composited variable "x" fails to evaluate: division by zero`] },
    { name: 'one error for all when they cost too much', spec: validations('false', ...Array.from({ length: 30 }, () => DEAR)), want: [`error! ${SPENT}`] },
    { name: 'counting what variables cost', spec: { ...validations(Array.from({ length: 30 }, (_, i) => `variables.v${i}`).join(' && ')), variables: Array.from({ length: 30 }, (_, i) => ({ name: `v${i}`, expression: DEAR })) }, want: [`error! ${SPENT}`] },
    { name: 'an error of expressions that no longer compile', spec: validations('nothing'), want: ["error! compilation error: compilation failed: ERROR: <input>:1:1: undeclared reference to 'nothing' (in container '')\n | nothing\n | ^"] },
  ])('is $name', async ({ spec, want }) => {
    expect(brief(await verdictOf(spec))).toEqual(want);
  });

  it.each([
    { messageExpression: '"  is " + object.data.a', want: 'is b' },
    { messageExpression: '"two\\nlines"', want: 'plain' },
    { messageExpression: '"  "', want: 'plain' },
    { messageExpression: 'object.data.z', want: 'plain' },
    { messageExpression: 'lists.range(5121).map(i, "x").join()', want: 'plain' },
  ])('says $want for the message $messageExpression', async ({ messageExpression, want }) => {
    expect(brief(await verdictOf({ validations: [{ expression: 'false', messageExpression, message: ' plain ' }] }))).toEqual([`deny! ${want}`]);
  });

  it('sees parameters and the namespace, but no namespace in match conditions', async () => {
    const namespace = { metadata: { name: 'n', labels: { a: 'b' } }, spec: {}, status: {} } as unknown as NonNullable<Inputs['namespace']>;
    const spec = { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' }, matchConditions: [{ name: 'c', expression: 'namespaceObject == null' }], ...validations('params.data.a == "b" && namespaceObject.metadata.labels.a == "b"') };
    expect(brief(await verdictOf(spec, { params: map, namespace }))).toEqual(['admit']);
  });

  it('waits for an authorizer that answers later', async () => {
    const asks = validations('authorizer.requestResource.check("create").allowed() && authorizer.path("/x").check("get").reason() == "so"');
    expect(brief(await verdictOf(asks, {}, allows(Promise.resolve({ decision: 'allow', reason: 'so' }))))).toEqual(['admit']);
  });

  it('has no authorizer for messages and audit annotations', async () => {
    const spec = { variables: [{ name: 'ok', expression: 'authorizer.path("/").check("get").allowed()' }], validations: [{ expression: '!variables.ok', messageExpression: 'string(variables.ok)' }], auditAnnotations: [{ key: 'k', valueExpression: 'string(variables.ok)' }] };
    const verdict = await verdictOf(spec);
    expect(brief(verdict)).toEqual(['deny! failed expression: !variables.ok']);
    expect(verdict.auditAnnotations).toEqual([{ key: 'k', elapsed: 0, error: `expression 'string(variables.ok)' resulted in error: composited variable "ok" fails to evaluate: no such attribute(s): authorizer` }]);
  });

  it('makes audit annotations of texts, and none of null or nothing', async () => {
    const auditAnnotations = ['" v "', 'null', '""'].map((valueExpression, i) => ({ key: `k${i}`, valueExpression }));
    expect((await verdictOf({ auditAnnotations })).auditAnnotations).toEqual([{ key: 'k0', value: 'v', elapsed: 0 }]);
  });
});
