import { describe, expect, it } from '@jest/globals';
import type {
  ConfigMap,
  Event,
  LimitRange,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  ResourceQuota,
  Secret,
} from '../../../apimachinery/types/core.gen.ts';
import type { FieldError } from '../../../apimachinery/validation/field.ts';
import { contextOf, goodMetadata, told } from '../testing/objects.ts';
import { validateConfigMap, validateConfigMapUpdate } from './configmap.ts';
import { validateEventCreate } from './event.ts';
import { validateLimitRange } from './limitrange.ts';
import { validateNode, validateNodeUpdate } from './node.ts';
import { validatePersistentVolumeAndPlugin } from './persistentvolume.ts';
import { validateClaimCreate, validateClaimUpdate } from './persistentvolumeclaim.ts';
import { validateResourceQuota } from './resourcequota.ts';
import { validateSecret } from './secret.ts';

const metadata = { name: 'x', namespace: 'ns' };
const as = <T>(own: object): T => ({ metadata, status: {}, ...own }) as unknown as T;
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const volume = (own: object): PersistentVolume =>
  as({
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      volumeMode: 'Filesystem',
      ...own,
    },
  });
const claim = (own: object = {}, status: object = {}): PersistentVolumeClaim =>
  as({ spec: { accessModes: ['ReadWriteOnce'], volumeMode: 'Filesystem', resources: { requests: { storage: '1Gi' } }, ...own }, status });
const node = (spec: object = {}): Node => as({ metadata: { name: 'n' }, spec });

describe('validation in the core group', () => {
  const rows: readonly (readonly [what: string, errors: readonly FieldError[], want: readonly string[]])[] = [
    [
      'a key in both parts of a ConfigMap',
      validateConfigMap(as<ConfigMap>({ data: { a: '' }, binaryData: { a: '' } })),
      ['data[a]: Invalid value: "a": duplicate of key present in binaryData'],
    ],
    [
      'a ConfigMap that is too large',
      validateConfigMap(as<ConfigMap>({ data: { a: 'x'.repeat(1024 * 1024 + 1) } })),
      ['[]: Too long: may not be more than 1048576 bytes'],
    ],
    [
      'a TLS secret without its parts',
      validateSecret(as<Secret>({ type: 'kubernetes.io/tls' })),
      ['data[tls.crt]: Required value', 'data[tls.key]: Required value'],
    ],
    [
      'a registry secret that is no JSON',
      validateSecret(as<Secret>({ type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': base64('x') } })),
      ['data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": invalid character \'x\' looking for beginning of value'],
    ],
    [
      'a minimum above the maximum',
      validateLimitRange(as<LimitRange>({ spec: { limits: [{ type: 'Container', min: { cpu: '2' }, max: { cpu: '1' } }] } })),
      ['spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1'],
    ],
    [
      'a quota whose scopes exclude each other',
      validateResourceQuota(as<ResourceQuota>({ spec: { hard: { pods: '1' }, scopes: ['Terminating', 'NotTerminating'] } })),
      ['spec.scopes: Invalid value: ["Terminating","NotTerminating"]: conflicting scopes'],
    ],
    [
      'an unknown resource in a quota',
      validateResourceQuota(as<ResourceQuota>({ spec: { hard: { 'services.x': '1' } } })),
      [
        'spec.hard[services.x]: Invalid value: "services.x": must be a standard resource type or fully qualified',
        'spec.hard[services.x]: Invalid value: "services.x": must be a standard resource for quota',
      ],
    ],
    [
      'the same taint twice',
      validateNode(
        node({
          taints: [
            { key: 'a', effect: 'NoExecute' },
            { key: 'a', effect: 'NoExecute' },
          ],
        }),
      ),
      [
        'metadata.taints[1]: Duplicate value: {"Key":"a","Value":"","Effect":"NoExecute","TimeAdded":null}: taints must be unique by key and effect pair',
      ],
    ],
    [
      'two ranges of one family',
      validateNode(node({ podCIDRs: ['10.0.0.0/24', '10.1.0.0/24'] })),
      ['spec.podCIDRs: Invalid value: ["10.0.0.0/24","10.1.0.0/24"]: may specify no more than one CIDR for each IP family'],
    ],
    [
      'another provider',
      validateNodeUpdate(node({ providerID: 'b' }), node({ providerID: 'a' })),
      ['spec.providerID: Forbidden: node updates may not change providerID except from "" to valid'],
    ],
    ['a volume of nothing', validatePersistentVolumeAndPlugin(volume({})), ['spec: Required value: must specify a volume type']],
    [
      'a local volume everywhere',
      validatePersistentVolumeAndPlugin(volume({ local: { path: '/a' } })),
      ['spec.nodeAffinity: Required value: Local volume requires node affinity'],
    ],
    ['a claim without a size', validateClaimCreate(claim({ resources: {} })), ['spec.resources[storage]: Required value']],
    [
      'a claim of two kinds of access',
      validateClaimCreate(claim({ accessModes: ['ReadWriteOncePod', 'ReadWriteOnce'] })),
      ['spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes'],
    ],
  ];
  it.each(rows)('finds %s', (_what, errors, want) => {
    expect(told(errors)).toEqual(want);
  });

  it('seals what is immutable', () => {
    const old = as<ConfigMap>({ immutable: true, data: { a: '1' } });
    expect(told(validateConfigMapUpdate(as<ConfigMap>({ data: { a: '2' } }), old, contextOf(''), goodMetadata))).toEqual([
      'immutable: Forbidden: field is immutable when `immutable` is set',
      'data: Forbidden: field is immutable when `immutable` is set',
    ]);
  });

  it('lets a bound claim grow', () => {
    const grown = claim({ resources: { requests: { storage: '2Gi' } } }, { phase: 'Bound' });
    expect(validateClaimUpdate(grown, claim({}, { phase: 'Bound' }))).toEqual([]);
    expect(told(validateClaimUpdate(claim({ resources: { requests: { storage: '2Gi' } } }), claim()))[0]).toMatch(
      /^spec: Forbidden: spec is immutable after creation except/,
    );
  });

  it('holds events of the newer group to more', () => {
    const event = as<Event>({ involvedObject: { namespace: 'ns' }, type: 'Normal', count: 1 });
    expect(told(validateEventCreate(event, contextOf(''), goodMetadata))).toEqual([]);
    expect(told(validateEventCreate(event, contextOf('events.k8s.io'), goodMetadata))).toEqual([
      'eventTime: Required value',
      'count: Invalid value: "": needs to be unset',
    ]);
  });
});
