import { describe, expect, it } from '@jest/globals';
import { contextOf, goodMetadata, told } from './core/testing/objects.ts';
import type { FieldError } from '../apimachinery/validation/field.ts';
import { validateAutoscaler } from './autoscaling/validation/horizontalpodautoscaler.ts';
import { validateLease } from './coordination/validation/lease.ts';
import { validateEndpointSliceCreate } from './discovery/validation/endpointslice.ts';
import { validateIngressCreate } from './networking/validation/ingress.ts';
import { validateNetworkPolicy } from './networking/validation/networkpolicy.ts';
import { validatePodDisruptionBudget } from './policy/validation/poddisruptionbudget.ts';
import { validateRoleBinding, validateRoleBindingUpdate } from './rbac/validation/binding.ts';
import { validateClusterRole, validateRole } from './rbac/validation/role.ts';
import { validatePriorityClass } from './scheduling/validation/priorityclass.ts';
import { validateStorageClass } from './storage/validation/storageclass.ts';
import { validateVolumeAttachment } from './storage/validation/volumeattachment.ts';
import { definitions } from './index.gen.ts';

const metadata = { name: 'x', namespace: 'ns' };
const as = (own: object): never => ({ metadata, status: {}, ...own }) as never;
const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' };
const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' };
const path = (own: object): object => ({
  rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 's', port: { number: 80 } } }, ...own }] } }],
});

describe('validation in the other groups', () => {
  const rows: readonly (readonly [what: string, errors: readonly FieldError[], want: readonly string[]])[] = [
    [
      'a rule without verbs',
      validateRole(as({ rules: [{ apiGroups: [''], resources: ['pods'] }] })),
      ['rules[0].verbs: Required value: verbs must contain at least one value'],
    ],
    [
      'URLs in a namespace',
      validateRole(as({ rules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }] })),
      ['rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs'],
    ],
    [
      'an aggregation of nothing',
      validateClusterRole(as({ aggregationRule: {} })),
      ['aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil'],
    ],
    [
      'an unknown kind of subject',
      validateRoleBinding(as({ roleRef, subjects: [{ kind: 'Robot', name: 'r' }] })),
      ['subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"'],
    ],
    [
      'another role',
      validateRoleBindingUpdate(as({ roleRef: { ...roleRef, name: 's' } }), as({ roleRef }), contextOf('rbac.authorization.k8s.io'), goodMetadata),
      ['roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"s"}: cannot change roleRef'],
    ],
    [
      'a budget of two kinds',
      validatePodDisruptionBudget(as({ spec: { minAvailable: 1, maxUnavailable: 1 } })),
      [
        'spec: Invalid value: {"MinAvailable":1,"Selector":null,"MaxUnavailable":1,"UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set',
      ],
    ],
    [
      'a reserved name',
      validatePriorityClass(as({ metadata: { name: 'system-x' }, value: 1 })),
      [
        "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-x is not a known system priority class",
      ],
    ],
    [
      'a lease of no time',
      validateLease(as({ spec: { leaseDurationSeconds: 0 } })),
      ['spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0'],
    ],
    [
      'fewer than the fewest replicas',
      validateAutoscaler(as({ spec: { scaleTargetRef: target, minReplicas: 3, maxReplicas: 2 } })),
      ['spec.maxReplicas: Invalid value: 2: must be greater than or equal to `minReplicas`'],
    ],
    [
      'a metric of another kind',
      validateAutoscaler(
        as({
          spec: {
            scaleTargetRef: target,
            maxReplicas: 2,
            metrics: [{ type: 'Pods', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
          },
        }),
      ),
      ['spec.metrics[0].pods: Required value: must populate information for the given metric source'],
    ],
    [
      'a path without a type',
      validateIngressCreate(as({ spec: path({ pathType: undefined }) })),
      ['spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified'],
    ],
    [
      'a path with dots',
      validateIngressCreate(as({ spec: path({ path: '/a/../b' }) })),
      ['spec.rules[0].http.paths[0].path: Invalid value: "/a/../b": must not contain \'/../\''],
    ],
    [
      'an exception that is not inside',
      validateNetworkPolicy(
        as({ spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/16'] } }] }] } }),
      ),
      ['spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`'],
    ],
    [
      'an address of the other family',
      validateEndpointSliceCreate(as({ addressType: 'IPv6', endpoints: [{ addresses: ['10.0.0.1'] }] })),
      ['endpoints[0].addresses: Invalid value: "10.0.0.1": must be an IPv6 address'],
    ],
    [
      'a class without a provisioner',
      validateStorageClass(as({ volumeBindingMode: 'Immediate', reclaimPolicy: 'Delete' })),
      ['provisioner: Required value'],
    ],
    [
      'an attachment of nothing',
      validateVolumeAttachment(as({ spec: { attacher: 'csi.x', nodeName: 'n', source: {} } })),
      ['spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName'],
    ],
  ];
  it.each(rows)('finds %s', (_what, errors, want) => {
    expect(told(errors)).toEqual(want);
  });
});

describe('the built-in resources', () => {
  it('have names of their own', () => {
    const names = definitions.map((d) => `${d.storageVersion.group}/${d.versions[0]?.plural ?? ''}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(60);
  });

  it('have short names that no other has', () => {
    const shorts = definitions.flatMap((d) => d.versions[0]?.shortNames ?? []);
    expect(new Set(shorts).size).toBe(shorts.length);
  });
});
