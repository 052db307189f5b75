import { describe, expect, it } from '@jest/globals';
import type { DaemonSet, Deployment, DeploymentSpec, StatefulSet, StatefulSetSpec } from '../../../apimachinery/types/apps.gen.ts';
import { podSpec, template, told } from '../../core/testing/objects.ts';
import { validateDaemonSet } from './daemonset.ts';
import { validateDeployment, validateDeploymentStatusUpdate, validateDeploymentUpdate } from './deployment.ts';
import { validateStatefulSet, validateStatefulSetUpdate } from './statefulset.ts';

const selector = { matchLabels: { app: 'a' } };
const metadata = { name: 'd', namespace: 'ns' } as Deployment['metadata'];

const deployment = (spec: Partial<DeploymentSpec> = {}): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata,
  spec: {
    replicas: 1,
    selector,
    template: template(),
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
    ...spec,
  },
  status: {},
});

describe('the validation of a Deployment', () => {
  const rolling = (maxUnavailable: number | string, maxSurge: number | string): Partial<DeploymentSpec> => ({
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable, maxSurge } },
  });
  const rows: readonly (readonly [what: string, spec: Partial<DeploymentSpec>, want: readonly string[]])[] = [
    ['nothing wrong', {}, []],
    ['negative replicas', { replicas: -1 }, ['spec.replicas: Invalid value: -1: must be greater than or equal to 0']],
    [
      'no selector',
      { selector: null },
      [
        'spec.selector: Required value',
        'spec.template.metadata.labels: Invalid value: {"app":"a"}: `selector` does not match template `labels`',
      ],
    ],
    ['a selector of everything', { selector: {} }, ['spec.selector: Invalid value: {}: empty selector is invalid for deployment']],
    [
      'other labels',
      { template: template({}, { app: 'b' }) },
      ['spec.template.metadata.labels: Invalid value: {"app":"b"}: `selector` does not match template `labels`'],
    ],
    [
      'pods that end',
      { template: { ...template(), spec: podSpec({ restartPolicy: 'Never' }) } },
      ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ],
    [
      'an update that stands still',
      rolling(0, 0),
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0'],
    ],
    [
      'more than all',
      rolling('101%', 0),
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%'],
    ],
    [
      'no percentage',
      rolling('x', 1),
      [
        "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"x\": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      ],
    ],
    [
      'an unknown strategy',
      { strategy: { type: 'x' } },
      ['spec.strategy: Unsupported value: {"Type":"x","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"'],
    ],
    [
      'a deadline before readiness',
      { minReadySeconds: 5, progressDeadlineSeconds: 5 },
      ['spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds'],
    ],
  ];
  it.each(rows)('finds %s', (_what, spec, want) => {
    expect(told(validateDeployment(deployment(spec)))).toEqual(want);
  });

  it('keeps the selector', () => {
    const other = deployment({ selector: { matchLabels: { app: 'b' } }, template: template({}, { app: 'b' }) });
    expect(told(validateDeploymentUpdate(other, deployment()))).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"app":"b"}}: field is immutable',
    ]);
  });

  it('knows that a part is no more than the whole', () => {
    const counted: Deployment = { ...deployment(), status: { replicas: 1, readyReplicas: 2, availableReplicas: 3 } };
    expect(told(validateDeploymentStatusUpdate(counted, deployment()))).toEqual([
      'status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 3: cannot be greater than readyReplicas',
    ]);
  });
});

const statefulSet = (spec: Partial<StatefulSetSpec> = {}): StatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata,
  spec: {
    replicas: 1,
    selector,
    template: template(),
    serviceName: 's',
    podManagementPolicy: 'OrderedReady',
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    ...spec,
  },
  status: { replicas: 0, availableReplicas: 0 },
});

describe('the validation of a StatefulSet', () => {
  it('mounts the claims that each pod will have', () => {
    const claim = {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      status: {},
    };
    const mounts = [{ name: 'data', mountPath: '/data' }];
    const containers = podSpec().containers?.map((c) => ({ ...c, volumeMounts: mounts })) ?? [];
    const set = statefulSet({ template: template({ containers }), volumeClaimTemplates: [claim as never] });
    expect(told(validateStatefulSet(set))).toEqual([]);
  });

  it('finds an unknown order of pods', () => {
    expect(told(validateStatefulSet(statefulSet({ podManagementPolicy: 'x' })))).toEqual([
      "spec.podManagementPolicy: Invalid value: \"x\": must be 'OrderedReady' or 'Parallel'",
    ]);
  });

  it('keeps the service', () => {
    expect(told(validateStatefulSetUpdate(statefulSet({ serviceName: 'other' }), statefulSet()))).toEqual([
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ]);
  });
});

describe('the validation of a DaemonSet', () => {
  it('takes one of surge and unavailability', () => {
    const both = {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata,
      spec: {
        selector,
        template: template(),
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } },
      },
      status: {},
    };
    expect(told(validateDaemonSet(both as unknown as DaemonSet))).toEqual([
      'spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero',
    ]);
  });
});
