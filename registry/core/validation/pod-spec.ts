/** The spec of pods and pod templates. Behaves like upstream pkg/apis/core/validation/validation.go (ValidatePodSpec). */
import type { EnvVar, PodReadinessGate, PodSchedulingGate, PodSpec } from '../../../apimachinery/types/core.gen.ts';
import type { ObjectMeta } from '../../../apimachinery/types/meta.gen.ts';
import { duplicate, invalid, notFound, notSupported, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { visitContainers } from '../pods/containers.ts';
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
import type { Volumes } from './volume-mounts.ts';
import { windowsHostProcess } from './windows-options.ts';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never'];
const MAX_INT32 = 2147483647;

export function subdomain(value: string | undefined, path: Path, errors: FieldError[] = []): FieldError[] {
  return value ? each(path, value, nameIsDNSSubdomain(value), errors) : errors;
}

function label(value: string | undefined, path: Path, errors: FieldError[]): void {
  if (value) dnsLabel(value, path, errors);
}

function readinessGates(list: readonly PodReadinessGate[], path: Path, errors: FieldError[]): void {
  list.forEach((g, i) => qualifiedName(g.conditionType ?? '', path.index(i).child('conditionType'), errors));
}

function schedulingGates(list: readonly PodSchedulingGate[], path: Path, errors: FieldError[]): void {
  const seen = new Set<string>();
  list.forEach(({ name }, i) => {
    qualifiedName(name ?? '', path.index(i), errors);
    if (seen.has(name)) errors.push(duplicate(path.index(i), name));
    seen.add(name);
  });
}

function activeDeadline(seconds: number | undefined, path: Path, errors: FieldError[]): void {
  if (seconds !== undefined && (seconds < 1 || seconds > MAX_INT32)) errors.push(invalid(path, seconds, inclusiveRange(1, MAX_INT32)));
}

export function preemptionPolicy(policy: string | undefined, path: Path, errors: FieldError[] = []): FieldError[] {
  if (policy === '') errors.push(required(path));
  else if (policy !== undefined && !PREEMPTION_POLICIES.includes(policy)) errors.push(notSupported(path, policy, PREEMPTION_POLICIES));
  return errors;
}

/** Environment from a file: written into an emptyDir of the same pod. */
function fileKeyVolumes(spec: PodSpec, path: Path, errors: FieldError[]): void {
  visitContainers(spec, ({ env }, field, c) => {
    if (!env) return;
    for (let i = 0; i < env.length; i++) {
      const ref = (env[i] as EnvVar).valueFrom?.fileKeyRef;
      if (!ref) continue;
      const at = path.child(field).index(c).child('env').index(i).child('valueFrom', 'fileKeyRef', 'volumeName');
      const volume = spec.volumes?.find((v) => v.name === ref.volumeName);
      if (!volume) errors.push(notFound(at, ref.volumeName));
      else if (!volume.emptyDir) errors.push(invalid(at, ref.volumeName, 'referenced volume must be of type emptyDir'));
    }
  });
}

function containers(facts: PodFacts, path: Path, errors: FieldError[]): void {
  const { initContainers, ephemeralContainers, resources } = facts.spec;
  validateContainers(facts, path.child('containers'), errors);
  if (initContainers) validateInitContainers(initContainers, facts, path.child('initContainers'), errors);
  if (ephemeralContainers) validateEphemeralContainers(ephemeralContainers, facts, path.child('ephemeralContainers'), errors);
  if (resources) validatePodResources(resources, facts.spec, facts.claimNames, path.child('resources'), facts.options, errors);
}

function placement(spec: PodSpec, path: Path, options: PodOptions, errors: FieldError[]): void {
  validateHostNetworkPorts(spec, path, options, errors);
  oneOf(spec.restartPolicy, RESTART_POLICIES, path.child('restartPolicy'), errors);
  oneOf(spec.dnsPolicy, DNS_POLICIES, path.child('dnsPolicy'), errors);
  labels(spec.nodeSelector, path.child('nodeSelector'), errors);
  if (spec.securityContext) podSecurityContext(spec.securityContext, spec, path.child('securityContext'), options, errors);
  if (spec.affinity) validateAffinity(spec.affinity, options, path.child('affinity'), errors);
  validateDNSConfig(spec, path.child('dnsConfig'), errors);
  if (spec.readinessGates) readinessGates(spec.readinessGates, path.child('readinessGates'), errors);
  if (spec.schedulingGates) schedulingGates(spec.schedulingGates, path.child('schedulingGates'), errors);
  if (spec.topologySpreadConstraints)
    validateTopologySpread(spec.topologySpreadConstraints, options, path.child('topologySpreadConstraints'), errors);
  windowsHostProcess(spec, path, errors);
  validateHostUsers(spec, path, options, errors);
  validateHostnameOverride(spec, path, errors);
}

function names(spec: PodSpec, path: Path, errors: FieldError[]): void {
  subdomain(spec.serviceAccountName, path.child('serviceAccountName'), errors);
  subdomain(spec.nodeName, path.child('nodeName'), errors);
  activeDeadline(spec.activeDeadlineSeconds, path.child('activeDeadlineSeconds'), errors);
  label(spec.hostname, path.child('hostname'), errors);
  label(spec.subdomain, path.child('subdomain'), errors);
  validateTolerations(spec.tolerations, path.child('tolerations'), errors);
  if (spec.hostAliases) validateHostAliases(spec.hostAliases, path.child('hostAliases'), errors);
  subdomain(spec.priorityClassName, path.child('priorityClassName'), errors);
  if (spec.runtimeClassName !== undefined)
    each(path.child('runtimeClassName'), spec.runtimeClassName, nameIsDNSSubdomain(spec.runtimeClassName), errors);
  preemptionPolicy(spec.preemptionPolicy, path.child('preemptionPolicy'), errors);
}

const NO_VOLUMES: Volumes = new Map();
const NO_CLAIMS: ReadonlySet<string> = new Set();

/** `metadata` is absent for templates: names are made later. */
export function validatePodSpec(
  spec: PodSpec,
  metadata: ObjectMeta | undefined,
  path: Path,
  options: PodOptions,
  errors: FieldError[] = [],
): FieldError[] {
  const { resourceClaims: claims } = spec;
  if (spec.terminationGracePeriodSeconds === undefined) errors.push(required(path.child('terminationGracePeriodSeconds')));
  const volumes = spec.volumes ? validateVolumes(spec.volumes, path.child('volumes'), { podName: metadata?.name ?? '', options }, errors) : NO_VOLUMES;
  if (claims) validatePodClaims(metadata?.annotations, claims, path.child('resourceClaims'), errors);
  const claimNames = claims ? new Set(claims.map((c) => c.name).filter(Boolean)) : NO_CLAIMS;
  containers({ spec, volumes, claimNames, options }, path, errors);
  placement(spec, path, options, errors);
  names(spec, path, errors);
  if (spec.overhead) validateResources({ limits: spec.overhead }, NO_CLAIMS, path.child('overhead'), options, errors);
  validateOS(spec, path, errors);
  fileKeyVolumes(spec, path, errors);
  return errors;
}
