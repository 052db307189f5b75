/** Status of pods, as kubelets write it. Behaves like upstream pkg/apis/core/validation/validation.go (ValidatePodStatusUpdate). */
import type {
  Container,
  ContainerStatus,
  Pod,
  PodCondition,
  PodResourceClaimStatus,
  PodSpec,
} from '../../../apimachinery/types/core.gen.ts';
import { duplicate, forbidden, invalid, joined, Path, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { isRestartableInit } from '../pods/containers.ts';
import { immutable, legacyIP, qualifiedName } from './fields.ts';
import { each, isValidID, nameIsDNSSubdomain } from './format.ts';
import { familyOf } from './ip.ts';
import { podAnnotationUpdates } from './pod-annotations.ts';
import { allowsInvalidDeletionCost } from './pod-options.ts';

const STATUS = Path.of('status');
const SYSTEM_CONDITIONS = ['PodScheduled', 'Ready', 'Initialized'];
const NOT_BACK = 'may not be transitioned to non-terminated state';

type Statuses = readonly ContainerStatus[] | undefined;

function conditions(list: readonly PodCondition[] | undefined): FieldError[] {
  const path = STATUS.child('conditions');
  return (list ?? []).flatMap((c, i) => [
    ...((c.observedGeneration ?? 0) < 0
      ? [invalid(path.index(i).child('observedGeneration'), c.observedGeneration, 'must be a non-negative integer')]
      : []),
    ...(SYSTEM_CONDITIONS.includes(c.type) ? [] : qualifiedName(c.type ?? '', path.index(i).child('Type'))),
  ]);
}

/** Whether the policies bring a container that ended so back. */
function restarts(c: Container, spec: PodSpec, exitCode: number): boolean {
  const rule = (c.restartPolicyRules ?? []).find(
    (r) => r.exitCodes && (r.exitCodes.values ?? []).includes(exitCode) === (r.exitCodes.operator === 'In'),
  );
  if (rule) return rule.action === 'Restart';
  const policy = c.restartPolicy ?? spec.restartPolicy;
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** A container that has ended stays ended, unless it is restarted. */
function transitions(next: Statuses, old: Statuses, path: Path, mayRestart: (name: string, exitCode: number) => boolean): FieldError[] {
  return (old ?? []).flatMap((before, i) => {
    const ended = before.state?.terminated;
    const after = (next ?? []).find((s) => s.name === before.name && !s.state?.terminated);
    return ended && after && !mayRestart(before.name, ended.exitCode ?? 0) ? [forbidden(path.index(i).child('state'), NOT_BACK)] : [];
  });
}

function stateTransitions(pod: Pod, old: Pod): FieldError[] {
  const { spec } = old;
  const among = (containers: readonly Container[] | null | undefined) => (name: string, exitCode: number) => {
    const container = (containers ?? []).find((c) => c.name === name);
    return container !== undefined && (restarts(container, spec, exitCode) || isRestartableInit(container));
  };
  return joined(
    transitions(pod.status.containerStatuses, old.status.containerStatuses, STATUS.child('containerStatuses'), among(spec.containers)),
    transitions(
      pod.status.initContainerStatuses,
      old.status.initContainerStatuses,
      STATUS.child('initContainerStatuses'),
      among(spec.initContainers),
    ),
    transitions(
      pod.status.ephemeralContainerStatuses,
      old.status.ephemeralContainerStatuses,
      STATUS.child('ephemeralContainerStatuses'),
      () => false,
    ),
  );
}

function claimStatuses(list: readonly PodResourceClaimStatus[] | undefined, spec: PodSpec): FieldError[] {
  const path = STATUS.child('resourceClaimStatuses');
  const seen = new Set<string>();
  return (list ?? []).flatMap(({ name, resourceClaimName }, i) => {
    const at = path.index(i).child('name');
    const errors = (spec.resourceClaims ?? []).some((c) => c.name === name)
      ? []
      : [invalid(at, name, 'must match the name of an entry in `spec.resourceClaims`')];
    if (seen.has(name)) errors.push(duplicate(at, name));
    seen.add(name);
    return resourceClaimName === undefined ? errors : [...errors, ...each(at, resourceClaimName, nameIsDNSSubdomain(resourceClaimName))];
  });
}

function ips(
  list: readonly { readonly ip: string }[] | undefined,
  old: readonly { readonly ip: string }[] | undefined,
  path: Path,
): FieldError[] {
  const all = list ?? [];
  const before = new Set((old ?? []).map((o) => o.ip));
  const errors = all.flatMap(({ ip }, i) => (before.has(ip) ? [] : legacyIP(ip, path.index(i))));
  const families = new Set(all.map(({ ip }) => familyOf(ip)));
  if (all.length > 1 && (families.size < 2 || all.length > 2))
    errors.push(
      invalid(
        path,
        all.map(({ ip }) => ({ IP: ip })),
        'may specify no more than one IP for each IP family',
      ),
    );
  return errors;
}

function users(list: Statuses, path: Path, os: string): FieldError[] {
  return (list ?? []).flatMap(({ user }, i) => {
    const linux = user?.linux;
    const at = path.index(i).child('user', 'linux');
    if (!linux) return [];
    if (os === 'windows') return [forbidden(at, 'cannot be set for a windows pod')];
    return [
      ...each(at.child('uid'), linux.uid, isValidID(linux.uid)),
      ...each(at.child('gid'), linux.gid, isValidID(linux.gid)),
      ...(linux.supplementalGroups ?? []).flatMap((gid, g) => each(at.child('supplementalGroups').index(g), gid, isValidID(gid))),
    ];
  });
}

function nominatedNode(pod: Pod, old: Pod): FieldError[] {
  const name = pod.status.nominatedNodeName ?? '';
  if (name === '' || name === (old.status.nominatedNodeName ?? '')) return [];
  const path = STATUS.child('nominatedNodeName');
  return [
    ...each(path, name, nameIsDNSSubdomain(name)),
    ...(old.spec.nodeName ? [forbidden(path, 'may not be set on pods that are already bound to a node')] : []),
  ];
}

function hostIPs(pod: Pod, old: Pod): FieldError[] {
  const list = pod.status.hostIPs ?? [];
  const path = STATUS.child('hostIPs');
  const isSame = list.length === 0 || (pod.status.hostIP ?? '') === list[0]?.ip;
  return [
    ...(isSame ? [] : [invalid(path.index(0).child('ip'), list[0]?.ip, 'must be equal to `hostIP`')]),
    ...ips(list, old.status.hostIPs, path),
  ];
}

export function validatePodStatusUpdate(pod: Pod, old: Pod): ErrorList {
  const { status, spec } = pod;
  const os = spec.os?.name ?? 'linux';
  return joined(
    podAnnotationUpdates(pod, old, Path.of('metadata', 'annotations'), allowsInvalidDeletionCost(old.metadata)),
    conditions(status.conditions),
    nominatedNode(pod, old),
    (status.observedGeneration ?? 0) < 0
      ? [invalid(STATUS.child('observedGeneration'), status.observedGeneration, 'must be a non-negative integer')]
      : [],
    immutable(status.qosClass ?? '', old.status.qosClass ?? '', STATUS.child('qosClass')),
    stateTransitions(pod, old),
    claimStatuses(status.resourceClaimStatuses, spec),
    ips(status.podIPs, old.status.podIPs, STATUS.child('podIPs')),
    hostIPs(pod, old),
    users(status.containerStatuses, STATUS.child('containerStatuses'), os),
    users(status.initContainerStatuses, STATUS.child('initContainerStatuses'), os),
    users(status.ephemeralContainerStatuses, STATUS.child('ephemeralContainerStatuses'), os),
  );
}
