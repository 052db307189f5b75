import { describe, expect, it } from '@jest/globals';
import * as apps from '../types/apps.gen.ts';
import * as core from '../types/core.gen.ts';
import { compileDefaults } from './defaults.ts';

describe('compileDefaults', () => {
  const calls: string[] = [];
  const byType = new Map<string, (value: never) => void>([
    [core.PodSpec.typeName, (spec: Partial<core.PodSpec>) => (calls.push('spec'), (spec.restartPolicy ??= 'Always'))],
    [core.Container.typeName, (c: Partial<core.Container>) => (calls.push(`container ${c.name}`), (c.imagePullPolicy ??= 'Always'))],
    [apps.Deployment.typeName, (d: Partial<apps.Deployment>) => calls.push(`deployment ${typeof d.spec}`)],
  ] as [string, (value: never) => void][]);
  const compile = compileDefaults(byType);

  it('runs wherever the type is embedded, parents before children', () => {
    calls.length = 0;
    const deployment = {
      spec: {
        template: { spec: { initContainers: [{ name: 'i' }], containers: [{ name: 'a' }, { name: 'b', imagePullPolicy: 'Never' }] } },
      },
    };
    compile(apps.Deployment.schema)(deployment);
    expect(calls).toEqual(['deployment object', 'spec', 'container i', 'container a', 'container b']);
    expect(deployment.spec.template.spec).toEqual({
      restartPolicy: 'Always',
      initContainers: [{ name: 'i', imagePullPolicy: 'Always' }],
      containers: [
        { name: 'a', imagePullPolicy: 'Always' },
        { name: 'b', imagePullPolicy: 'Never' },
      ],
    });
  });

  it('visits nothing where no type has defaults', () => {
    const trap = new Proxy(
      {},
      {
        get: () => {
          throw new Error('visited');
        },
      },
    );
    expect(() => compile(core.ConfigMap.schema)(trap)).not.toThrow();
    expect(() => compile(core.Pod.schema)({ metadata: trap, status: trap, spec: null })).not.toThrow();
  });

  it('copes with types that contain themselves', () => {
    const props = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';
    const recursive = compileDefaults(
      new Map([[props, (p: { type?: string }) => (p.type ??= 'object')]] as [string, (value: never) => void][]),
    );
    const schema = core.PodSpec.schema;
    expect(() => recursive(schema)({})).not.toThrow();
  });
});
