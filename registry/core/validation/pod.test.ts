import { describe, expect, it } from '@jest/globals';
import { container, pod, told } from '../testing/objects.ts';
import type { PodSpec } from '../../../apimachinery/types/core.gen.ts';
import { validatePodCreate, validatePodUpdate } from './pod.ts';

const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

describe('the validation of a new pod', () => {
  const rows: readonly (readonly [what: string, spec: Partial<PodSpec>, want: readonly string[]])[] = [
    ['nothing wrong', {}, []],
    ['no containers', { containers: [] }, ['spec.containers: Required value']],
    ['a name with a capital', { containers: [container({ name: 'C' })] }, [`spec.containers[0].name: Invalid value: "C": ${LABEL}`]],
    ['the same name twice', { containers: [container(), container()] }, ['spec.containers[1].name: Duplicate value: "c"']],
    ['no image', { containers: [container({ image: '' })] }, ['spec.containers[0].image: Required value']],
    [
      'an image with a blank',
      { containers: [container({ image: 'a ' })] },
      ['spec.containers[0].image: Invalid value: "a ": must not have leading or trailing whitespace'],
    ],
    [
      'an unknown restart policy',
      { restartPolicy: 'Maybe' },
      ['spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never"'],
    ],
    [
      'a mount of nothing',
      { containers: [container({ volumeMounts: [{ name: 'v', mountPath: '/a' }] })] },
      ['spec.containers[0].volumeMounts[0].name: Not found: "v"'],
    ],
    ['a volume without a source', { volumes: [{ name: 'v' }] }, ['spec.volumes[0]: Required value: must specify a volume type']],
    [
      'two sources',
      { volumes: [{ name: 'v', emptyDir: {}, hostPath: { path: '/', type: '' } }] },
      ['spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type'],
    ],
    [
      'a request above its limit',
      { containers: [container({ resources: { limits: { cpu: '1' }, requests: { cpu: '2' } } })] },
      ['spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1'],
    ],
    [
      'all mistakes at once',
      { restartPolicy: 'x', dnsPolicy: 'y', containers: [container({ imagePullPolicy: 'z' })] },
      [
        'spec.containers[0].imagePullPolicy: Unsupported value: "z": supported values: "Always", "IfNotPresent", "Never"',
        'spec.restartPolicy: Unsupported value: "x": supported values: "Always", "OnFailure", "Never"',
        'spec.dnsPolicy: Unsupported value: "y": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"',
      ],
    ],
  ];
  it.each(rows)('finds %s', (_what, spec, want) => {
    expect(told(validatePodCreate(pod(spec)))).toEqual(want);
  });

  it('refuses ephemeral containers', () => {
    const debug = { ...container({ name: 'd' }), targetContainerName: 'c' };
    expect(told(validatePodCreate(pod({ ephemeralContainers: [debug] })))).toContain(
      'spec.ephemeralContainers: Forbidden: cannot be set on create',
    );
  });
});

describe('the update of a pod', () => {
  const old = pod({ nodeName: 'n' });

  it('may change an image', () => {
    expect(validatePodUpdate(pod({ nodeName: 'n', containers: [container({ image: 'other' })] }), old)).toEqual([]);
  });

  it('may not add a container', () => {
    const more = pod({ nodeName: 'n', containers: [container(), container({ name: 'd' })] });
    expect(told(validatePodUpdate(more, old))).toEqual(['spec.containers: Forbidden: pod updates may not add or remove containers']);
  });

  it('may add a toleration and not take one away', () => {
    const tolerant = pod({ nodeName: 'n', tolerations: [{ key: 'k', operator: 'Exists', effect: 'NoSchedule' }] });
    expect(validatePodUpdate(tolerant, old)).toEqual([]);
    expect(told(validatePodUpdate(old, tolerant))).toEqual([
      'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
    ]);
  });

  it('tells what else has changed as a diff', () => {
    const [error] = told(validatePodUpdate(pod({ nodeName: 'other' }), old));
    expect(error).toMatch(/^spec: Forbidden: pod updates may not change fields other than `spec.containers\[\*\].image`/);
    expect(error).toMatch(/\n@@ -/);
  });
});
