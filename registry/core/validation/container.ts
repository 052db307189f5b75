/** Containers of all three kinds. Behaves like upstream pkg/apis/core/validation/validation.go (validateContainerCommon, validateContainers, validateInitContainers, validateEphemeralContainers). */
import { wasGivenEmpty } from '../../../apimachinery/schema/emptied.ts';
import type {
  Container,
  ContainerPort,
  ContainerResizePolicy,
  ContainerRestartRule,
  EphemeralContainer,
  PodSpec,
} from '../../../apimachinery/types/core.gen.ts';
import {
  duplicate,
  forbidden,
  invalid,
  NOTHING,
  notFound,
  notSupported,
  required,
  tooLong,
  type FieldError,
  type Path,
} from '../../../apimachinery/validation/field.ts';
import { isRestartableInit, type AnyContainer } from '../pods/containers.ts';
import { validateResources } from './container-resources.ts';
import { validateEnv, validateEnvFrom } from './env.ts';
import { dnsLabel, oneOf } from './fields.ts';
import { each, isValidPortName, isValidPortNum } from './format.ts';
import type { PodOptions } from './pod-options.ts';
import { validateLifecycle, validateProbes } from './probe.ts';
import { containerSecurityContext } from './security-context.ts';
import { Seen } from './seen.ts';
import { validateVolumeDevices, validateVolumeMounts, type Volumes } from './volume-mounts.ts';

/** What the containers of one pod are checked against. */
export interface PodFacts {
  readonly spec: PodSpec;
  readonly volumes: Volumes;
  readonly claimNames: ReadonlySet<string>;
  readonly options: PodOptions;
}

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
export const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError'];

function ports(list: readonly ContainerPort[], path: Path, errors: FieldError[]): void {
  const names = new Seen();
  for (let i = 0; i < list.length; i++) {
    const port = list[i] as ContainerPort;
    const at = path.index(i);
    if (port.name) portName(port.name, names, at.child('name'), errors);
    if (port.containerPort) each(at.child('containerPort'), port.containerPort, isValidPortNum(port.containerPort), errors);
    else errors.push(required(at.child('containerPort')));
    if (port.hostPort) each(at.child('hostPort'), port.hostPort, isValidPortNum(port.hostPort), errors);
    oneOf(port.protocol, PROTOCOLS, at.child('protocol'), errors);
  }
}

function portName(name: string, names: Seen, path: Path, errors: FieldError[]): void {
  const messages = isValidPortName(name);
  if (messages.length > 0) each(path, name, messages, errors);
  else if (names.again(name)) errors.push(duplicate(path, name));
}

const RESIZED = ['cpu', 'memory'];
const RESIZE_POLICIES = ['NotRequired', 'RestartContainer'];

function resizePolicy(list: readonly ContainerResizePolicy[], path: Path, podRestartPolicy: string | undefined, errors: FieldError[]): void {
  const seen = new Seen();
  list.forEach((p, i) => {
    if (seen.again(p.resourceName)) errors.push(duplicate(path.index(i), p.resourceName));
    oneOf(p.resourceName, RESIZED, path, errors);
    oneOf(p.restartPolicy, RESIZE_POLICIES, path, errors);
    if (podRestartPolicy === 'Never' && p.restartPolicy !== 'NotRequired')
      errors.push(invalid(path, p.restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'"));
  });
}

function common(c: AnyContainer, facts: PodFacts, path: Path, errors: FieldError[]): void {
  const { spec, volumes, claimNames, options } = facts;
  if (c.name) dnsLabel(c.name, path.child('name'), errors);
  else errors.push(required(path.child('name')));
  if (!c.image) errors.push(required(path.child('image')));
  oneOf(c.terminationMessagePolicy, MESSAGE_POLICIES, path.child('terminationMessagePolicy'), errors);
  if (c.ports) ports(c.ports, path.child('ports'), errors);
  if (c.env) validateEnv(c.env, path.child('env'), errors);
  if (c.envFrom) validateEnvFrom(c.envFrom, path.child('envFrom'), errors);
  if (c.volumeMounts) validateVolumeMounts(c.volumeMounts, c, volumes, path.child('volumeMounts'), errors);
  if (c.volumeDevices) validateVolumeDevices(c.volumeDevices, c, volumes, path.child('volumeDevices'), errors);
  oneOf(c.imagePullPolicy, PULL_POLICIES, path.child('imagePullPolicy'), errors);
  if (c.resources) validateResources(c.resources, claimNames, path.child('resources'), options, errors);
  if (c.resizePolicy) resizePolicy(c.resizePolicy, path.child('resizePolicy'), spec.restartPolicy, errors);
  if (c.securityContext) containerSecurityContext(c.securityContext, path.child('securityContext'), spec.hostUsers !== false, errors);
}

const RESTART_POLICIES = ['Always', 'Never', 'OnFailure'];

function restartPolicy(c: Container, path: Path, errors: FieldError[]): void {
  const rules = c.restartPolicyRules ?? NOTHING;
  if (c.restartPolicy === undefined && rules.length === 0) return;
  const field = path.child('restartPolicy');
  if (c.restartPolicy === undefined) errors.push(required(field, 'must specify restartPolicy when restart rules are used'));
  else if (!RESTART_POLICIES.includes(c.restartPolicy)) errors.push(notSupported(field, c.restartPolicy, RESTART_POLICIES));
  if (rules.length > 20) errors.push(tooLong(path.child('restartPolicyRules'), 20));
  rules.forEach((rule, i) => restartRule(rule, path.child('restartPolicyRules').index(i), errors));
}

const RESTART_OPERATORS = ['In', 'NotIn'];

function restartRule(rule: ContainerRestartRule, path: Path, errors: FieldError[]): void {
  if (rule.action !== 'Restart') errors.push(notSupported(path.child('action'), rule.action ?? '', ['Restart']));
  const at = path.child('exitCodes');
  if (!rule.exitCodes) {
    errors.push(required(at, 'must be specified'));
    return;
  }
  const operator = rule.exitCodes.operator ?? '';
  if (!RESTART_OPERATORS.includes(operator)) errors.push(notSupported(at.child('operator'), operator, RESTART_OPERATORS));
  if ((rule.exitCodes.values ?? NOTHING).length > 255) errors.push(tooLong(at.child('values'), 255));
}

function initRestartPolicy(c: Container, path: Path, errors: FieldError[]): void {
  const hasRules = (c.restartPolicyRules ?? NOTHING).length > 0;
  if (c.restartPolicy === undefined) {
    if (hasRules) errors.push(required(path.child('restartPolicy'), 'must specify restartPolicy when restart rules are used'));
  } else if (c.restartPolicy !== 'Always') restartPolicy(c, path, errors);
  else if (hasRules)
    errors.push(forbidden(path.child('restartPolicyRules'), 'restartPolicyRules are not allowed for init containers with restart policy Always'));
}

function hostPortConflicts({ ports: list }: Container, taken: Seen, path: Path, errors: FieldError[]): void {
  if (!list) return;
  for (let i = 0; i < list.length; i++) {
    const { protocol, hostIP, hostPort } = list[i] as ContainerPort;
    if (!hostPort) continue;
    const key = `${protocol ?? ''}/${hostIP ?? ''}/${hostPort}`;
    if (taken.again(key)) errors.push(duplicate(path.child('ports').index(i).child('hostPort'), key));
  }
}

export function validateContainers(facts: PodFacts, path: Path, errors: FieldError[]): void {
  const { containers } = facts.spec;
  if (!containers || containers.length === 0) {
    errors.push(required(path));
    return;
  }
  const names = new Seen();
  for (let i = 0; i < containers.length; i++) validateContainer(containers[i] as Container, names, facts, path.index(i), errors);
  const taken = new Seen();
  for (let i = 0; i < containers.length; i++) hostPortConflicts(containers[i] as Container, taken, path.index(i), errors);
}

function validateContainer(c: Container, names: Seen, facts: PodFacts, path: Path, errors: FieldError[]): void {
  const { terminationGracePeriodSeconds: grace, os } = facts.spec;
  common(c, facts, path, errors);
  if (names.again(c.name)) errors.push(duplicate(path.child('name'), c.name));
  if (c.lifecycle) validateLifecycle(c.lifecycle, grace, path.child('lifecycle'), os?.name, errors);
  validateProbes(c, grace, path, errors);
  restartPolicy(c, path, errors);
}

const ONLY_RESTARTABLE = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;

export function validateInitContainers(list: readonly Container[], facts: PodFacts, path: Path, errors: FieldError[]): void {
  const names = new Seen();
  for (const { name } of facts.spec.containers ?? NOTHING) names.again(name);
  list.forEach((c, i) => {
    validateInitContainer(c, names, facts, path.index(i), errors);
    hostPortConflicts(c, new Seen(), path.index(0), errors);
    validateInitLifecycle(c, facts, path.index(i), errors);
  });
}

function validateInitContainer(c: Container, names: Seen, facts: PodFacts, path: Path, errors: FieldError[]): void {
  common(c, facts, path, errors);
  initRestartPolicy(c, path, errors);
  if (names.has(c.name)) errors.push(duplicate(path.child('name'), c.name));
  else if (c.name) names.add(c.name);
}

function validateInitLifecycle(c: Container, { spec, options }: PodFacts, path: Path, errors: FieldError[]): void {
  const grace = spec.terminationGracePeriodSeconds;
  if (isRestartableInit(c)) {
    if (c.lifecycle) validateLifecycle(c.lifecycle, grace, path.child('lifecycle'), spec.os?.name, errors);
    validateProbes(c, grace, path, errors);
  } else for (const f of ONLY_RESTARTABLE) if (c[f]) errors.push(forbidden(path.child(f), 'may not be set for init containers without restartPolicy=Always'));
  if (!options.allowSidecarResizePolicy && (c.resizePolicy ?? NOTHING).length > 0)
    errors.push(invalid(path.child('resizePolicy'), c.resizePolicy, 'must not be set for init containers'));
}

const NOT_EPHEMERAL = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;
const FOR_EPHEMERAL = 'cannot be set for an Ephemeral Container';

/** Resources are no pointer upstream: empty ones are none. */
const isSet = (value: unknown, field: string): boolean =>
  value !== undefined && value !== null && (field !== 'resources' || Object.keys(value).length > 0);

function ephemeral(c: EphemeralContainer, path: Path, errors: FieldError[]): void {
  for (const f of NOT_EPHEMERAL) if (isSet(c[f], f) || wasGivenEmpty(c, f)) errors.push(forbidden(path.child(f), FOR_EPHEMERAL));
  c.volumeMounts?.forEach((m, i) => {
    const at = path.child('volumeMounts').index(i);
    if (m.subPath) errors.push(forbidden(at.child('subPath'), FOR_EPHEMERAL));
    if (m.subPathExpr) errors.push(forbidden(at.child('subPathExpr'), FOR_EPHEMERAL));
  });
}

export function validateEphemeralContainers(list: readonly EphemeralContainer[], facts: PodFacts, path: Path, errors: FieldError[]): void {
  const others = new Set([...(facts.spec.containers ?? NOTHING), ...(facts.spec.initContainers ?? NOTHING)].map((c) => c.name));
  const names = new Set(others);
  list.forEach((c, i) => {
    const at = path.index(i);
    common(c, facts, at, errors);
    trimmedImage(c, at, errors);
    if (names.has(c.name)) errors.push(duplicate(at.child('name'), c.name));
    names.add(c.name);
    if (c.targetContainerName && !others.has(c.targetContainerName))
      errors.push(notFound(at.child('targetContainerName'), c.targetContainerName));
    ephemeral(c, at, errors);
  });
}

/** In pods, not in templates. */
export function trimmedImage(c: AnyContainer, path: Path, errors: FieldError[] = []): FieldError[] {
  const image = c.image ?? '';
  if (image.trim() !== image) errors.push(invalid(path.child('image'), image, 'must not have leading or trailing whitespace'));
  return errors;
}
