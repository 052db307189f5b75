/** Status of pods, as kubelets write it. Behaves like upstream pkg/apis/core/validation/validation.go (ValidatePodStatusUpdate). */
import type {
  Container,
  ContainerStatus,
  Pod,
  PodCondition,
  PodResourceClaimStatus,
  PodSpec,
} from '../../../apimachinery/types/core.gen.ts';
import { duplicate, forbidden, invalid, located, NOTHING, Path, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { isRestartableInit } from '../pods/containers.ts';
import { immutable, legacyIP, qualifiedName } from './fields.ts';
import { each, isValidID, nameIsDNSSubdomain } from './format.ts';
import { familyOf } from './ip.ts';
import { podAnnotationUpdates } from './pod-annotations.ts';
import { allowsInvalidDeletionCost } from './pod-options.ts';
import { Seen } from './seen.ts';

const SYSTEM_CONDITIONS = ['PodScheduled', 'Ready', 'Initialized'];
const NOT_BACK = 'may not be transitioned to non-terminated state';

type Statuses = readonly ContainerStatus[] | undefined;
type Containers = readonly Container[] | null | undefined;

function conditions(list: readonly PodCondition[], path: Path, errors: FieldError[]): void {
  list.forEach((c, i) => {
    if ((c.observedGeneration ?? 0) < 0)
      errors.push(invalid(path.index(i).child('observedGeneration'), c.observedGeneration, 'must be a non-negative integer'));
    if (!SYSTEM_CONDITIONS.includes(c.type)) qualifiedName(c.type ?? '', path.index(i).child('Type'), errors);
  });
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

/** A container that has ended stays ended, unless it is restarted. `containers`: those that may be. */
function transitions(next: Statuses, old: Statuses, containers: Containers, spec: PodSpec, path: Path, errors: FieldError[]): void {
  old?.forEach(({ name, state }, i) => {
    const isBack = state?.terminated && next?.some((s) => s.name === name && !s.state?.terminated);
    if (!isBack) return;
    const container = containers?.find((c) => c.name === name);
    const mayRestart = container && (restarts(container, spec, state.terminated?.exitCode ?? 0) || isRestartableInit(container));
    if (!mayRestart) errors.push(forbidden(path.index(i).child('state'), NOT_BACK));
  });
}

function claimStatuses(list: readonly PodResourceClaimStatus[], { resourceClaims }: PodSpec, path: Path, errors: FieldError[]): void {
  const seen = new Set<string>();
  list.forEach(({ name, resourceClaimName }, i) => {
    const at = path.index(i).child('name');
    if (!resourceClaims?.some((c) => c.name === name)) errors.push(invalid(at, name, 'must match the name of an entry in `spec.resourceClaims`'));
    if (seen.has(name)) errors.push(duplicate(at, name));
    seen.add(name);
    if (resourceClaimName !== undefined) each(at, resourceClaimName, nameIsDNSSubdomain(resourceClaimName), errors);
  });
}

type IPs = readonly { readonly ip: string }[] | undefined;

/** What the old status has is not looked at again. */
function ips(list: IPs, old: IPs, path: Path, errors: FieldError[]): void {
  if (!list) return;
  const before = new Seen();
  for (const { ip } of old ?? NOTHING) before.again(ip);
  list.forEach(({ ip }, i) => {
    if (!before.has(ip)) legacyIP(ip, path.index(i), errors);
  });
  if (list.length > 1 && (list.length > 2 || familyOf(list[0]?.ip ?? '') === familyOf(list[1]?.ip ?? '')))
    errors.push(
      invalid(
        path,
        list.map(({ ip }) => ({ IP: ip })),
        'may specify no more than one IP for each IP family',
      ),
    );
}

function users(list: Statuses, path: Path, os: string, errors: FieldError[]): void {
  list?.forEach(({ user }, i) => {
    const linux = user?.linux;
    if (!linux) return;
    const at = path.index(i).child('user', 'linux');
    if (os === 'windows') {
      errors.push(forbidden(at, 'cannot be set for a windows pod'));
      return;
    }
    each(at.child('uid'), linux.uid, isValidID(linux.uid), errors);
    each(at.child('gid'), linux.gid, isValidID(linux.gid), errors);
    linux.supplementalGroups?.forEach((gid, g) => each(at.child('supplementalGroups').index(g), gid, isValidID(gid), errors));
  });
}

function nominatedNode(pod: Pod, old: Pod, path: Path, errors: FieldError[]): void {
  const name = pod.status.nominatedNodeName ?? '';
  if (name === '' || name === (old.status.nominatedNodeName ?? '')) return;
  each(path, name, nameIsDNSSubdomain(name), errors);
  if (old.spec.nodeName) errors.push(forbidden(path, 'may not be set on pods that are already bound to a node'));
}

function hostIPs(pod: Pod, old: Pod, path: Path, errors: FieldError[]): void {
  const first = pod.status.hostIPs?.[0];
  if (first && (pod.status.hostIP ?? '') !== first.ip) errors.push(invalid(path.index(0).child('ip'), first.ip, 'must be equal to `hostIP`'));
  ips(pod.status.hostIPs, old.status.hostIPs, path, errors);
}

export const validatePodStatusUpdate = (pod: Pod, old: Pod): ErrorList => located(Path.ROOT, (path) => statusErrors(pod, old, path));

function statusErrors(pod: Pod, old: Pod, path: Path): FieldError[] {
  const { status, spec } = pod;
  const at = path.child('status');
  const lenient = allowsInvalidDeletionCost(old.metadata);
  const errors = podAnnotationUpdates(pod, old, path.child('metadata', 'annotations'), lenient);
  if (status.conditions) conditions(status.conditions, at.child('conditions'), errors);
  nominatedNode(pod, old, at.child('nominatedNodeName'), errors);
  if ((status.observedGeneration ?? 0) < 0)
    errors.push(invalid(at.child('observedGeneration'), status.observedGeneration, 'must be a non-negative integer'));
  immutable(status.qosClass ?? '', old.status.qosClass ?? '', at.child('qosClass'), errors);
  ofContainers(pod, old, at, errors);
  if (status.resourceClaimStatuses) claimStatuses(status.resourceClaimStatuses, spec, at.child('resourceClaimStatuses'), errors);
  ips(status.podIPs, old.status.podIPs, at.child('podIPs'), errors);
  hostIPs(pod, old, at.child('hostIPs'), errors);
  const os = spec.os?.name ?? 'linux';
  for (const field of STATUSES) users(status[field], at.child(field), os, errors);
  return errors;
}

const STATUSES = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const;

/** Ephemeral containers are never restarted. */
function ofContainers({ status: next }: Pod, { status: before, spec }: Pod, path: Path, errors: FieldError[]): void {
  transitions(next.containerStatuses, before.containerStatuses, spec.containers, spec, path.child('containerStatuses'), errors);
  transitions(next.initContainerStatuses, before.initContainerStatuses, spec.initContainers, spec, path.child('initContainerStatuses'), errors);
  transitions(next.ephemeralContainerStatuses, before.ephemeralContainerStatuses, undefined, spec, path.child('ephemeralContainerStatuses'), errors);
}
