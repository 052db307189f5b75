import { describe, expect, it } from '@jest/globals';
import type { PodSpec, ServiceSpec } from '../../../apimachinery/types/core.gen.ts';
import { container, pod, service, template } from '../testing/objects.ts';
import { nameWarnings } from './name.ts';
import { podWarnings, templateWarnings } from './pod.ts';
import { serviceWarnings } from './service.ts';

describe('the warnings of a pod', () => {
  const rows: readonly (readonly [what: string, spec: Partial<PodSpec>, want: readonly string[]])[] = [
    ['nothing odd', {}, []],
    [
      'a label of old',
      { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } },
      ['spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead'],
    ],
    [
      'a fraction of a byte',
      { containers: [container({ resources: { limits: { memory: '1500m' } } })] },
      ['spec.containers[0].resources.limits[memory]: fractional byte value "1500m" is invalid, must be an integer'],
    ],
    [
      'a variable that hides another',
      {
        containers: [
          container({
            env: [
              { name: 'A', value: '1' },
              { name: 'A', value: '2' },
              { name: 'B', value: '1' },
              { name: 'B', value: '$(B):2' },
            ],
          }),
        ],
      },
      ['spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply'],
    ],
    [
      'the same port twice',
      {
        containers: [
          container({
            ports: [
              { containerPort: 80, protocol: 'TCP' },
              { containerPort: 80, protocol: 'TCP' },
            ],
          }),
        ],
      },
      ['spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]'],
    ],
    [
      'files over each other',
      {
        volumes: [
          {
            name: 'v',
            configMap: {
              name: 'm',
              items: [
                { key: 'a', path: 'x' },
                { key: 'b', path: 'x/y' },
              ],
            },
          },
        ],
      },
      ['volume "v" (ConfigMap "m"): overlapping paths: "x/y" with "x"'],
    ],
    ['a secret without a name', { imagePullSecrets: [{}] }, ['spec.imagePullSecrets[0].name: invalid empty name ""']],
  ];
  it.each(rows)('tell of %s', (_what, spec, want) => {
    expect(podWarnings(pod(spec))).toEqual(want);
  });

  it('name the template they stand in', () => {
    expect(templateWarnings(template({ terminationGracePeriodSeconds: -1 }))).toEqual([
      'spec.template.spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1',
    ]);
  });

  it('tell of names that make poor host names', () => {
    expect(nameWarnings(pod({}, { name: 'a.b' }))[0]).toMatch(
      /^metadata\.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: \[must not contain dots\]$/,
    );
    expect(nameWarnings(pod())).toEqual([]);
  });
});

describe('the warnings of a service', () => {
  const rows: readonly (readonly [what: string, spec: Partial<ServiceSpec>, want: readonly string[]])[] = [
    ['nothing odd', {}, []],
    [
      'what headless services ignore',
      { clusterIP: 'None', clusterIPs: ['None'], sessionAffinity: 'ClientIP' },
      ['spec.SessionAffinity is ignored for headless services'],
    ],
    ['a name that is not used', { externalName: 'x' }, ['spec.externalName is ignored when spec.type is not "ExternalName"']],
    [
      'a distribution of old',
      { trafficDistribution: 'PreferClose' },
      ['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'],
    ],
  ];
  it.each(rows)('tell of %s', (_what, spec, want) => {
    expect(serviceWarnings(service(spec))).toEqual(want);
  });
});
