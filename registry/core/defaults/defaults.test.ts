import { describe, expect, it } from '@jest/globals';
import { defaults } from '../../index.gen.ts';

/** Defaults of one type alone. */
function defaulted(typeName: string, value: object): unknown {
  const copy: unknown = structuredClone(value);
  for (const d of defaults) if (d.typeName === typeName) d.apply(copy);
  return copy;
}

describe('defaults', () => {
  const rows: readonly (readonly [typeName: string, given: object, want: object])[] = [
    [
      'io.k8s.api.core.v1.PodSpec',
      {},
      {
        dnsPolicy: 'ClusterFirst',
        restartPolicy: 'Always',
        securityContext: {},
        terminationGracePeriodSeconds: 30,
        schedulerName: 'default-scheduler',
      },
    ],
    [
      'io.k8s.api.core.v1.Container',
      { name: 'c', image: 'a:1' },
      {
        name: 'c',
        image: 'a:1',
        imagePullPolicy: 'IfNotPresent',
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
      },
    ],
    ['io.k8s.api.core.v1.ContainerPort', { containerPort: 80 }, { containerPort: 80, protocol: 'TCP' }],
    ['io.k8s.api.core.v1.Probe', { periodSeconds: 5 }, { timeoutSeconds: 1, periodSeconds: 5, successThreshold: 1, failureThreshold: 3 }],
    ['io.k8s.api.core.v1.Secret', {}, { type: 'Opaque' }],
  ];
  it.each(rows)('of %s fill %j', (typeName, given, want) => {
    expect(defaulted(typeName, given)).toEqual(want);
  });
});
