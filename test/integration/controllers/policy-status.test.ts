import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ValidatingAdmissionPolicy } from '../../../apimachinery/types/admissionregistration.gen.ts';
import { startCluster, type Cluster } from '../../../cluster/index.ts';
import { until } from '../../harness/until.ts';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster({ storage: 'memory', nodes: 0 });
});
afterAll(() => cluster.stop());

async function checked(name: string, expression: string, rule: { apiGroups: string[]; resources: string[] }): Promise<unknown> {
  const policies = cluster.client.resource(ValidatingAdmissionPolicy);
  const matchConstraints = { resourceRules: [{ apiVersions: ['v1'], operations: ['CREATE'], ...rule }] };
  await policies.create({ metadata: { name }, spec: { matchConstraints, validations: [{ expression }] } });
  return (await until(policies, '', name, (p) => p?.status?.observedGeneration === 1))?.status;
}

describe('the status of a ValidatingAdmissionPolicy', () => {
  it('tells what its expressions would not find in the objects that its rules name', async () => {
    expect(await checked('wrong', 'object.spec.template.spec.containers.all(c, c.imag != "")', { apiGroups: ['apps'], resources: ['deployments'] })).toEqual({
      observedGeneration: 1,
      typeChecking: {
        expressionWarnings: [
          {
            fieldRef: 'spec.validations[0].expression',
            warning: "apps/v1, Kind=Deployment: ERROR: <input>:1:46: undefined field 'imag'\n | object.spec.template.spec.containers.all(c, c.imag != \"\")\n | .............................................^\n",
          },
        ],
      },
    });
  });

  it('says that there is nothing to tell, also of what nobody serves', async () => {
    expect(await checked('right', 'object.data.size() > 0', { apiGroups: [''], resources: ['configmaps', 'nothing'] })).toEqual({ observedGeneration: 1, typeChecking: {} });
    expect(await checked('nowhere', 'object.foo == 1', { apiGroups: ['nobody.example.com'], resources: ['things'] })).toEqual({ observedGeneration: 1, typeChecking: {} });
  });
});
