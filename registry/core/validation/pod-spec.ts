/** The spec of pods and pod templates. Behaves like upstream pkg/apis/core/validation/validation.go (ValidatePodSpec). */
import type { PodReadinessGate, PodSchedulingGate, PodSpec } from '../../../apimachinery/types/core.gen.ts';
import type { ObjectMeta } from '../../../apimachinery/types/meta.gen.ts';
import {
  duplicate,
  invalid,
  joined,
  notFound,
  notSupported,
  required,
  type FieldError,
  type Path,
} from '../../../apimachinery/validation/field.ts';
import { allContainers } from '../pods/containers.ts';
import { validateAffinity, validateTolerations, validateTopologySpread } from './affinity.ts';
import { validateResources } from './container-resources.ts';
import { validateContainers, validateEphemeralContainers, validateInitContainers, type PodFacts } from './container.ts';
import { dnsLabel, labels, oneOf, qualifiedName } from './fields.ts';
import { each, inclusiveRange, nameIsDNSSubdomain } from './format.ts';
import { validateDNSConfig, validateHostAliases, validateHostNetworkPorts, validateHostnameOverride } from './pod-network.ts';
import type { PodOptions } from './pod-options.ts';
import { validateHostUsers, validateOS } from './pod-os.ts';
import { validatePodClaims, validatePodResources } from './pod-resources.ts';
import { podSecurityContext } from './security-context.ts';
import { validateVolumes } from './volume.ts';
import { windowsHostProcess } from './windows-options.ts';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const MAX_INT32 = 2147483647;

export const subdomain = (value: string | undefined, path: Path): FieldError[] => (value ? each(path, value, nameIsDNSSubdomain(value)) : []);
const label = (value: string | undefined, path: Path): FieldError[] => (value ? dnsLabel(value, path) : []);

const readinessGates = (list: readonly PodReadinessGate[] | undefined, path: Path): FieldError[] =>
  (list ?? []).flatMap((g, i) => qualifiedName(g.conditionType ?? '', path.index(i).child('conditionType')));

function schedulingGates(list: readonly PodSchedulingGate[] | undefined, path: Path): FieldError[] {
  const seen = new Set<string>();
  return (list ?? []).flatMap(({ name }, i) => {
    const errors = [...qualifiedName(name ?? '', path.index(i)), ...(seen.has(name) ? [duplicate(path.index(i), name)] : [])];
    seen.add(name);
    return errors;
  });
}

function activeDeadline(seconds: number | undefined, path: Path): FieldError[] {
  return seconds !== undefined && (seconds < 1 || seconds > MAX_INT32) ? [invalid(path, seconds, inclusiveRange(1, MAX_INT32))] : [];
}

export function preemptionPolicy(policy: string | undefined, path: Path): FieldError[] {
  if (policy === undefined) return [];
  if (policy === '') return [required(path)];
  return ['PreemptLowerPriority', 'Never'].includes(policy) ? [] : [notSupported(path, policy, ['PreemptLowerPriority', 'Never'])];
}

/** Environment from a file: written into an emptyDir of the same pod. */
function fileKeyVolumes(spec: PodSpec, path: Path): FieldError[] {
  return allContainers(spec).flatMap(({ container, path: at }) =>
    (container.env ?? []).flatMap((env, i) => {
      const ref = env.valueFrom?.fileKeyRef;
      if (!ref) return [];
      const field = path.child(at, 'env').index(i).child('valueFrom', 'fileKeyRef', 'volumeName');
      const volume = (spec.volumes ?? []).find((v) => v.name === ref.volumeName);
      if (!volume) return [notFound(field, ref.volumeName)];
      return volume.emptyDir ? [] : [invalid(field, ref.volumeName, 'referenced volume must be of type emptyDir')];
    }),
  );
}

function containers(facts: PodFacts, path: Path): FieldError[] {
  return joined(
    validateContainers(facts, path.child('containers')),
    validateInitContainers(facts, path.child('initContainers')),
    validateEphemeralContainers(facts, path.child('ephemeralContainers')),
    validatePodResources(facts.spec, facts.claimNames, path, facts.options),
  );
}

function placement(spec: PodSpec, path: Path, options: PodOptions): FieldError[] {
  return joined(
    validateHostNetworkPorts(spec, path, options),
    oneOf(spec.restartPolicy, RESTART_POLICIES, path.child('restartPolicy')),
    oneOf(spec.dnsPolicy, DNS_POLICIES, path.child('dnsPolicy')),
    labels(spec.nodeSelector, path.child('nodeSelector')),
    podSecurityContext(spec, path.child('securityContext'), options),
    validateAffinity(spec.affinity, options, path.child('affinity')),
    validateDNSConfig(spec, path.child('dnsConfig')),
    readinessGates(spec.readinessGates, path.child('readinessGates')),
    schedulingGates(spec.schedulingGates, path.child('schedulingGates')),
    validateTopologySpread(spec.topologySpreadConstraints, options, path.child('topologySpreadConstraints')),
    windowsHostProcess(spec, path),
    validateHostUsers(spec, path, options),
    validateHostnameOverride(spec, path),
  );
}

function names(spec: PodSpec, path: Path): FieldError[] {
  return joined(
    subdomain(spec.serviceAccountName, path.child('serviceAccountName')),
    subdomain(spec.nodeName, path.child('nodeName')),
    activeDeadline(spec.activeDeadlineSeconds, path.child('activeDeadlineSeconds')),
    label(spec.hostname, path.child('hostname')),
    label(spec.subdomain, path.child('subdomain')),
    validateTolerations(spec.tolerations, path.child('tolerations')),
    validateHostAliases(spec.hostAliases, path.child('hostAliases')),
    subdomain(spec.priorityClassName, path.child('priorityClassName')),
    spec.runtimeClassName === undefined
      ? []
      : each(path.child('runtimeClassName'), spec.runtimeClassName, nameIsDNSSubdomain(spec.runtimeClassName)),
    preemptionPolicy(spec.preemptionPolicy, path.child('preemptionPolicy')),
  );
}

/** `metadata` is absent for templates: names are made later. */
export function validatePodSpec(spec: PodSpec, metadata: ObjectMeta | undefined, path: Path, options: PodOptions): FieldError[] {
  const volumes = validateVolumes(spec.volumes, path.child('volumes'), { podName: metadata?.name ?? '', options });
  const claimNames = new Set((spec.resourceClaims ?? []).map((c) => c.name).filter(Boolean));
  const facts: PodFacts = { spec, volumes: volumes.usable, claimNames, options };
  return joined(
    spec.terminationGracePeriodSeconds === undefined ? [required(path.child('terminationGracePeriodSeconds'))] : [],
    volumes.errors,
    validatePodClaims(metadata?.annotations, spec.resourceClaims, path.child('resourceClaims')),
    containers(facts, path),
    placement(spec, path, options),
    names(spec, path),
    spec.overhead ? validateResources({ limits: spec.overhead }, new Set(), path.child('overhead'), options) : [],
    validateOS(spec, path),
    fileKeyVolumes(spec, path),
  );
}
