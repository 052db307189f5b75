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
  joined,
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

function ports(list: readonly ContainerPort[] | undefined, path: Path): FieldError[] {
  const names = new Set<string>();
  return (list ?? []).flatMap((port, i) => {
    const at = path.index(i);
    return joined(
      port.name ? portName(port.name, names, at.child('name')) : [],
      port.containerPort
        ? each(at.child('containerPort'), port.containerPort, isValidPortNum(port.containerPort))
        : [required(at.child('containerPort'))],
      port.hostPort ? each(at.child('hostPort'), port.hostPort, isValidPortNum(port.hostPort)) : [],
      oneOf(port.protocol, PROTOCOLS, at.child('protocol')),
    );
  });
}

function portName(name: string, names: Set<string>, path: Path): FieldError[] {
  const messages = isValidPortName(name);
  if (messages.length > 0) return each(path, name, messages);
  if (names.has(name)) return [duplicate(path, name)];
  names.add(name);
  return [];
}

function resizePolicy(list: readonly ContainerResizePolicy[] | undefined, path: Path, podRestartPolicy: string | undefined): FieldError[] {
  const seen = new Set<string>();
  return (list ?? []).flatMap((p, i) => {
    const repeated = seen.has(p.resourceName) ? [duplicate(path.index(i), p.resourceName)] : [];
    seen.add(p.resourceName);
    return [
      ...repeated,
      ...oneOf(p.resourceName, ['cpu', 'memory'], path),
      ...oneOf(p.restartPolicy, ['NotRequired', 'RestartContainer'], path),
      ...(podRestartPolicy === 'Never' && p.restartPolicy !== 'NotRequired'
        ? [invalid(path, p.restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'")]
        : []),
    ];
  });
}

function common(c: AnyContainer, facts: PodFacts, path: Path): FieldError[] {
  const { spec, volumes, claimNames, options } = facts;
  const message = path.child('terminationMessagePolicy');
  return joined(
    c.name ? dnsLabel(c.name, path.child('name')) : [required(path.child('name'))],
    c.image ? [] : [required(path.child('image'))],
    oneOf(c.terminationMessagePolicy, MESSAGE_POLICIES, message),
    ports(c.ports, path.child('ports')),
    validateEnv(c.env, path.child('env')),
    validateEnvFrom(c.envFrom, path.child('envFrom')),
    validateVolumeMounts(c, volumes, path.child('volumeMounts')),
    validateVolumeDevices(c, volumes, path.child('volumeDevices')),
    oneOf(c.imagePullPolicy, PULL_POLICIES, path.child('imagePullPolicy')),
    validateResources(c.resources, claimNames, path.child('resources'), options),
    resizePolicy(c.resizePolicy, path.child('resizePolicy'), spec.restartPolicy),
    containerSecurityContext(c.securityContext, path.child('securityContext'), spec.hostUsers !== false),
  );
}

const RESTART_POLICIES = ['Always', 'Never', 'OnFailure'];

function restartPolicy(c: Container, path: Path): FieldError[] {
  const rules = c.restartPolicyRules ?? [];
  const field = path.child('restartPolicy');
  if (c.restartPolicy === undefined && rules.length === 0) return [];
  const errors: FieldError[] = [];
  if (c.restartPolicy === undefined) errors.push(required(field, 'must specify restartPolicy when restart rules are used'));
  else if (!RESTART_POLICIES.includes(c.restartPolicy)) errors.push(notSupported(field, c.restartPolicy, RESTART_POLICIES));
  if (rules.length > 20) errors.push(tooLong(path.child('restartPolicyRules'), 20));
  return [...errors, ...rules.flatMap((rule, i) => restartRule(rule, path.child('restartPolicyRules').index(i)))];
}

function restartRule(rule: ContainerRestartRule, path: Path): FieldError[] {
  const errors = rule.action === 'Restart' ? [] : [notSupported(path.child('action'), rule.action ?? '', ['Restart'])];
  if (!rule.exitCodes) return [...errors, required(path.child('exitCodes'), 'must be specified')];
  const at = path.child('exitCodes');
  const operator = rule.exitCodes.operator ?? '';
  if (!['In', 'NotIn'].includes(operator)) errors.push(notSupported(at.child('operator'), operator, ['In', 'NotIn']));
  if ((rule.exitCodes.values ?? []).length > 255) errors.push(tooLong(at.child('values'), 255));
  return errors;
}

function initRestartPolicy(c: Container, path: Path): FieldError[] {
  const hasRules = (c.restartPolicyRules ?? []).length > 0;
  if (c.restartPolicy === undefined)
    return hasRules ? [required(path.child('restartPolicy'), 'must specify restartPolicy when restart rules are used')] : [];
  if (c.restartPolicy !== 'Always') return restartPolicy(c, path);
  return hasRules
    ? [forbidden(path.child('restartPolicyRules'), 'restartPolicyRules are not allowed for init containers with restart policy Always')]
    : [];
}

function hostPortConflicts(containers: readonly Container[], path: Path): FieldError[] {
  const taken = new Set<string>();
  return containers.flatMap((c, ci) =>
    (c.ports ?? []).flatMap((p, pi) => {
      if (!p.hostPort) return [];
      const key = `${p.protocol ?? ''}/${p.hostIP ?? ''}/${p.hostPort}`;
      if (taken.has(key)) return [duplicate(path.index(ci).child('ports').index(pi).child('hostPort'), key)];
      taken.add(key);
      return [];
    }),
  );
}

export function validateContainers(facts: PodFacts, path: Path): FieldError[] {
  const { spec } = facts;
  const containers = spec.containers ?? [];
  if (containers.length === 0) return [required(path)];
  const names = new Set<string>();
  const errors = containers.flatMap((c, i) => {
    const at = path.index(i);
    const repeated = names.has(c.name) ? [duplicate(at.child('name'), c.name)] : [];
    names.add(c.name);
    const grace = spec.terminationGracePeriodSeconds;
    return joined(
      common(c, facts, at),
      repeated,
      validateLifecycle(c.lifecycle, grace, at.child('lifecycle'), spec.os?.name),
      validateProbes(c, grace, at),
      restartPolicy(c, at),
    );
  });
  return joined(errors, hostPortConflicts(containers, path));
}

const ONLY_RESTARTABLE = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;

export function validateInitContainers(facts: PodFacts, path: Path): FieldError[] {
  const { spec, options } = facts;
  const names = new Set((spec.containers ?? []).map((c) => c.name));
  return (spec.initContainers ?? []).flatMap((c, i) => {
    const at = path.index(i);
    const errors = [...common(c, facts, at), ...initRestartPolicy(c, at)];
    if (names.has(c.name)) errors.push(duplicate(at.child('name'), c.name));
    else if (c.name) names.add(c.name);
    errors.push(...hostPortConflicts([c], path));
    const grace = spec.terminationGracePeriodSeconds;
    if (isRestartableInit(c))
      errors.push(...validateLifecycle(c.lifecycle, grace, at.child('lifecycle'), spec.os?.name), ...validateProbes(c, grace, at));
    else
      errors.push(
        ...ONLY_RESTARTABLE.filter((f) => c[f]).map((f) =>
          forbidden(at.child(f), 'may not be set for init containers without restartPolicy=Always'),
        ),
      );
    if (!options.allowSidecarResizePolicy && (c.resizePolicy ?? []).length > 0)
      errors.push(invalid(at.child('resizePolicy'), c.resizePolicy, 'must not be set for init containers'));
    return errors;
  });
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

function ephemeral(c: EphemeralContainer, path: Path): FieldError[] {
  const mounts = path.child('volumeMounts');
  return [
    ...NOT_EPHEMERAL.filter((f) => isSet(c[f], f) || wasGivenEmpty(c, f)).map((f) => forbidden(path.child(f), FOR_EPHEMERAL)),
    ...(c.volumeMounts ?? []).flatMap((m, i) => [
      ...(m.subPath ? [forbidden(mounts.index(i).child('subPath'), FOR_EPHEMERAL)] : []),
      ...(m.subPathExpr ? [forbidden(mounts.index(i).child('subPathExpr'), FOR_EPHEMERAL)] : []),
    ]),
  ];
}

export function validateEphemeralContainers(facts: PodFacts, path: Path): FieldError[] {
  const others = new Set([...(facts.spec.containers ?? []), ...(facts.spec.initContainers ?? [])].map((c) => c.name));
  const names = new Set(others);
  return (facts.spec.ephemeralContainers ?? []).flatMap((c, i) => {
    const at = path.index(i);
    const errors = [...common(c, facts, at), ...trimmedImage(c, at)];
    if (names.has(c.name)) errors.push(duplicate(at.child('name'), c.name));
    names.add(c.name);
    if (c.targetContainerName && !others.has(c.targetContainerName))
      errors.push(notFound(at.child('targetContainerName'), c.targetContainerName));
    return [...errors, ...ephemeral(c, at)];
  });
}

/** In pods, not in templates. */
export function trimmedImage(c: AnyContainer, path: Path): FieldError[] {
  const image = c.image ?? '';
  return image.trim() === image ? [] : [invalid(path.child('image'), image, 'must not have leading or trailing whitespace')];
}
