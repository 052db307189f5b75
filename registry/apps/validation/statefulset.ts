/** StatefulSets. Behaves like upstream pkg/apis/apps/validation/validation.go (ValidateStatefulSet). */
import type { StatefulSet, StatefulSetSpec, StatefulSetUpdateStrategy } from '../../../apimachinery/types/apps.gen.ts';
import type { PodTemplateSpec } from '../../../apimachinery/types/core.gen.ts';
import {
  forbidden,
  invalid,
  notSupported,
  Path,
  required,
  type ErrorList,
  type FieldError,
} from '../../../apimachinery/validation/field.ts';
import { semanticEqual } from '../../core/equality.ts';
import { validateClaimSpec } from '../../core/validation/claim-template.ts';
import {
  annotations,
  atMost,
  counters,
  dnsLabel,
  isEmptySelector,
  labels,
  nonNegative,
  notDecremented,
} from '../../core/validation/fields.ts';
import { podAnnotations } from '../../core/validation/pod-annotations.ts';
import { templateOptions, type PodOptions } from '../../core/validation/pod-options.ts';
import { runsForEver, selectedByOwner, validateTemplate } from '../../core/validation/pod-template.ts';
import { amount, atMostAll, intOrPercent, isUsable, selector } from './shared.ts';

const SPEC = Path.of('spec');
const STATUS = Path.of('status');
const RETENTION = ['Retain', 'Delete'];

interface Skips {
  readonly serviceName: boolean;
  readonly template: boolean;
  readonly claims: boolean;
}

function podManagement(policy: string | undefined, path: Path): FieldError[] {
  if (!policy) return [required(path)];
  return policy === 'OrderedReady' || policy === 'Parallel' ? [] : [invalid(path, policy, "must be 'OrderedReady' or 'Parallel'")];
}

function rollingUpdate(s: StatefulSetUpdateStrategy, path: Path): FieldError[] {
  const { partition, maxUnavailable } = s.rollingUpdate ?? {};
  const at = path.child('maxUnavailable');
  const errors = nonNegative(partition, path.child('partition'));
  if (maxUnavailable === undefined) return errors;
  return [
    ...errors,
    ...intOrPercent(maxUnavailable, at),
    ...(amount(maxUnavailable) === 0 ? [invalid(at, maxUnavailable, 'cannot be 0')] : []),
    ...atMostAll(maxUnavailable, at),
  ];
}

/** How upstream prints its internal types. */
const internalRolling = (r: StatefulSetUpdateStrategy['rollingUpdate']): unknown =>
  r ? { Partition: r.partition ?? 0, MaxUnavailable: r.maxUnavailable ?? null } : null;

function updateStrategy(s: StatefulSetUpdateStrategy | undefined, path: Path): FieldError[] {
  if (!s?.type) return [required(path)];
  const rolling = path.child('rollingUpdate');
  if (s.type === 'OnDelete')
    return s.rollingUpdate ? [invalid(rolling, internalRolling(s.rollingUpdate), "only allowed for updateStrategy 'RollingUpdate'")] : [];
  if (s.type === 'RollingUpdate') return rollingUpdate(s, rolling);
  return [invalid(path, { Type: s.type, RollingUpdate: internalRolling(s.rollingUpdate) }, "must be 'RollingUpdate' or 'OnDelete'")];
}

function retention(policy: StatefulSetSpec['persistentVolumeClaimRetentionPolicy'], path: Path): FieldError[] {
  if (!policy) return [];
  return (['whenDeleted', 'whenScaled'] as const).flatMap((when) =>
    RETENTION.includes(policy[when] ?? '') ? [] : [notSupported(path.child(when), policy[when] ?? '', RETENTION)],
  );
}

/** The template as its pods will be: the set gives the names, and a volume for each claim. */
function asPod({ template, volumeClaimTemplates }: StatefulSetSpec): PodTemplateSpec {
  const claims = [...new Set((volumeClaimTemplates ?? []).map((c) => c.metadata.name ?? ''))];
  const { subdomain: _subdomain, hostname: _hostname, ...spec } = template.spec;
  if (claims.length === 0) return { ...template, spec };
  const own = (spec.volumes ?? []).filter((v) => !claims.includes(v.name));
  return {
    ...template,
    spec: { ...spec, volumes: [...claims.map((name) => ({ name, persistentVolumeClaim: { claimName: name } })), ...own] },
  };
}

function pods(spec: StatefulSetSpec, options: PodOptions, skips: Skips): FieldError[] {
  const path = SPEC.child('template');
  if (!isUsable(spec.selector)) return [invalid(SPEC.child('selector'), spec.selector, '')];
  const template = asPod(spec);
  const metadata = template.metadata ?? {};
  return [
    ...(!spec.selector || !isEmptySelector(spec.selector) ? selectedByOwner(spec.selector, template, path) : []),
    ...(skips.template ? [] : validateTemplate(template, path, options)),
    ...labels(metadata.labels, path.child('labels')),
    ...annotations(metadata.annotations, path.child('annotations')),
    ...podAnnotations(metadata.annotations, template.spec, path.child('annotations'), options.allowInvalidDeletionCost),
  ];
}

function claims(list: StatefulSetSpec['volumeClaimTemplates'], path: Path): FieldError[] {
  return (list ?? []).flatMap((c, i) => validateClaimSpec(c.spec, path.index(i).child('spec')));
}

function validateSpec(spec: StatefulSetSpec, options: PodOptions, skips: Skips): FieldError[] {
  return [
    ...podManagement(spec.podManagementPolicy, SPEC.child('podManagementPolicy')),
    ...updateStrategy(spec.updateStrategy, SPEC.child('updateStrategy')),
    ...retention(spec.persistentVolumeClaimRetentionPolicy, SPEC.child('persistentVolumeClaimRetentionPolicy')),
    ...(skips.claims ? [] : claims(spec.volumeClaimTemplates, SPEC.child('volumeClaimTemplates'))),
    ...nonNegative(spec.replicas, SPEC.child('replicas')),
    ...nonNegative(spec.minReadySeconds, SPEC.child('minReadySeconds')),
    ...nonNegative(spec.ordinals?.start, SPEC.child('ordinals', 'start')),
    ...(skips.serviceName || !spec.serviceName ? [] : dnsLabel(spec.serviceName, SPEC.child('serviceName'))),
    ...selector(spec.selector, SPEC.child('selector'), 'statefulset'),
    ...pods(spec, options, skips),
    ...runsForEver(spec.template, SPEC.child('template'), 'StatefulSet'),
  ];
}

export const validateStatefulSet = ({ spec }: StatefulSet): ErrorList =>
  validateSpec(spec, templateOptions(), { serviceName: false, template: false, claims: false });

const UPDATABLE = [
  'replicas',
  'template',
  'updateStrategy',
  'minReadySeconds',
  'ordinals',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
] as const;

function fixedPart(spec: StatefulSetSpec): object {
  return Object.fromEntries(Object.entries(spec).filter(([name]) => !UPDATABLE.some((u) => u === name)));
}

/** What an older server stored wrongly may stay as it is. */
export function validateStatefulSetUpdate({ spec }: StatefulSet, old: StatefulSet): ErrorList {
  const options = templateOptions(old.spec.template);
  const skips = { serviceName: true, template: false, claims: true };
  const wasWrong = validateSpec(old.spec, options, skips).length > 0;
  const errors = validateSpec(spec, options, { ...skips, template: wasWrong });
  if (semanticEqual(fixedPart(spec), fixedPart(old.spec))) return errors;
  return [
    ...errors,
    forbidden(
      SPEC,
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ),
  ];
}

const COUNTERS = [
  'replicas',
  'readyReplicas',
  'currentReplicas',
  'updatedReplicas',
  'availableReplicas',
  'observedGeneration',
  'collisionCount',
];

export function validateStatefulSetStatusUpdate({ status }: StatefulSet, old: StatefulSet): ErrorList {
  const counts = { ...status };
  return [
    ...counters(counts, COUNTERS, STATUS),
    ...atMost(
      counts,
      ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'],
      'replicas',
      STATUS,
      'cannot be greater than status.replicas',
    ),
    ...atMost(counts, ['availableReplicas'], 'readyReplicas', STATUS, 'cannot be greater than status.readyReplicas'),
    ...notDecremented(status.collisionCount, old.status.collisionCount, STATUS.child('collisionCount')),
  ];
}
