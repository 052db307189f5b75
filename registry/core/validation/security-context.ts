/** Security contexts of pods and containers. Behaves like upstream pkg/apis/core/validation/validation.go. */
import type {
  AppArmorProfile,
  PodSecurityContext,
  PodSpec,
  SeccompProfile,
  SecurityContext,
} from '../../../apimachinery/types/core.gen.ts';
import { duplicate, invalid, notSupported, required, tooLong, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { byteLength, each, isValidID } from './format.ts';
import { descendingPath } from './paths.ts';
import type { PodOptions } from './pod-options.ts';
import { windowsOptions } from './windows-options.ts';

const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];

const id = (value: number | undefined, path: Path): FieldError[] => (value === undefined ? [] : each(path, value, isValidID(value)));

/** With Go's names, as the internal type is printed. */
const goSeccomp = (p: SeccompProfile): object => ({ Type: p.type, LocalhostProfile: p.localhostProfile ?? null });

export function seccompProfile(p: SeccompProfile | undefined, path: Path): FieldError[] {
  if (!p) return [];
  const type = path.child('type');
  const errors: FieldError[] = [];
  if (!p.type) errors.push(required(type, 'type is required when seccompProfile is set'));
  else if (!PROFILE_TYPES.includes(p.type)) errors.push(notSupported(type, p.type, PROFILE_TYPES));
  const local = path.child('localhostProfile');
  if (p.type !== 'Localhost')
    return p.localhostProfile === undefined
      ? errors
      : [...errors, invalid(local, goSeccomp(p), 'can only be set when seccomp type is Localhost')];
  if (p.localhostProfile === undefined) return [...errors, required(local, 'must be set when seccomp type is Localhost')];
  return [...errors, ...descendingPath(p.localhostProfile, local)];
}

export function appArmorProfile(p: AppArmorProfile | undefined, path: Path): FieldError[] {
  if (!p) return [];
  const local = path.child('localhostProfile');
  if (p.type === 'Localhost') return localAppArmor(p.localhostProfile, local);
  if (p.type === 'RuntimeDefault' || p.type === 'Unconfined')
    return p.localhostProfile === undefined ? [] : [invalid(local, p.localhostProfile, 'can only be set when AppArmor type is Localhost')];
  return [
    p.type
      ? notSupported(path.child('type'), p.type, PROFILE_TYPES)
      : required(path.child('type'), 'type is required when appArmorProfile is set'),
  ];
}

function localAppArmor(name: string | undefined, path: Path): FieldError[] {
  if (name === undefined) return [required(path, 'must be set when AppArmor type is Localhost')];
  const errors: FieldError[] = [];
  if (name.trim() !== name) errors.push(invalid(path, name, 'must not be padded with whitespace'));
  else if (name === '') errors.push(required(path, 'must be set when AppArmor type is Localhost'));
  return byteLength(name) > 4095 ? [...errors, tooLong(path, 4095)] : errors;
}

/** The whole context with Go's names, as upstream prints it. */
function goContext(sc: SecurityContext): object {
  return {
    Capabilities: sc.capabilities ? { Add: sc.capabilities.add ?? null, Drop: sc.capabilities.drop ?? null } : null,
    Privileged: sc.privileged ?? null,
    SELinuxOptions: sc.seLinuxOptions ?? null,
    WindowsOptions: sc.windowsOptions ?? null,
    RunAsUser: sc.runAsUser ?? null,
    RunAsGroup: sc.runAsGroup ?? null,
    RunAsNonRoot: sc.runAsNonRoot ?? null,
    ReadOnlyRootFilesystem: sc.readOnlyRootFilesystem ?? null,
    AllowPrivilegeEscalation: sc.allowPrivilegeEscalation ?? null,
    ProcMount: sc.procMount ?? null,
    SeccompProfile: sc.seccompProfile ? goSeccomp(sc.seccompProfile) : null,
    AppArmorProfile: sc.appArmorProfile
      ? { Type: sc.appArmorProfile.type, LocalhostProfile: sc.appArmorProfile.localhostProfile ?? null }
      : null,
  };
}

function procMount(sc: SecurityContext, hostUsers: boolean, path: Path): FieldError[] {
  if (sc.procMount === undefined) return [];
  const isKnown = ['Default', 'Unmasked'].includes(sc.procMount);
  return [
    ...(isKnown ? [] : [notSupported(path, sc.procMount, ['Default', 'Unmasked'])]),
    ...(hostUsers && sc.procMount === 'Unmasked' ? [invalid(path, sc.procMount, '`hostUsers` must be false to use `Unmasked`')] : []),
  ];
}

function escalation(sc: SecurityContext, path: Path): FieldError[] {
  if (sc.allowPrivilegeEscalation !== false) return [];
  const admin = (sc.capabilities?.add ?? []).filter((c) => c === 'CAP_SYS_ADMIN');
  return [
    ...(sc.privileged ? [invalid(path, goContext(sc), 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true')] : []),
    ...admin.map(() => invalid(path, goContext(sc), 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN')),
  ];
}

export function containerSecurityContext(sc: SecurityContext | undefined, path: Path, hostUsers: boolean): FieldError[] {
  if (!sc) return [];
  return [
    ...id(sc.runAsUser, path.child('runAsUser')),
    ...id(sc.runAsGroup, path.child('runAsGroup')),
    ...procMount(sc, hostUsers, path.child('procMount')),
    ...seccompProfile(sc.seccompProfile, path.child('seccompProfile')),
    ...escalation(sc, path),
    ...windowsOptions(sc.windowsOptions, path.child('windowsOptions')),
    ...appArmorProfile(sc.appArmorProfile, path.child('appArmorProfile')),
  ];
}

const SYSCTL = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';
const sysctlSegment = /^[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?$/;
export const isSysctlName = (name: string): boolean => name.length <= 253 && name.split(/[./]/).every((part) => sysctlSegment.test(part));

function sysctls(sc: PodSecurityContext, spec: PodSpec, path: Path, options: PodOptions): FieldError[] {
  const seen = new Set<string>();
  return (sc.sysctls ?? []).flatMap(({ name }, i) => {
    const at = path.index(i).child('name');
    const errors: FieldError[] = [];
    if (!name) errors.push(required(at));
    else if (!isSysctlName(name)) errors.push(invalid(at, name, `must have at most 253 characters and match regex ${SYSCTL}`));
    else if (seen.has(name)) errors.push(duplicate(at, name));
    seen.add(name);
    return options.allowHostSysctls ? errors : [...errors, ...hostSysctl(name, spec, at)];
  });
}

const IPC = /^(?:kernel\.shm|kernel\.msg|kernel\.sem$|fs\.mqueue\.)/;

function hostSysctl(name: string, spec: PodSpec, path: Path): FieldError[] {
  const dotted = name.replaceAll('/', '.');
  if (spec.hostNetwork && dotted.startsWith('net.')) return [invalid(path, name, "may not be specified when 'hostNetwork' is true")];
  return spec.hostIPC && IPC.test(dotted) ? [invalid(path, name, "may not be specified when 'hostIPC' is true")] : [];
}

const among = (value: string | undefined, supported: readonly string[], path: Path): FieldError[] =>
  value === undefined || supported.includes(value) ? [] : [notSupported(path, value, supported)];

export function podSecurityContext(spec: PodSpec, path: Path, options: PodOptions): FieldError[] {
  const sc = spec.securityContext;
  if (!sc) return [];
  const isShared = spec.shareProcessNamespace === true && spec.hostPID === true;
  return [
    ...id(sc.fsGroup, path.child('fsGroup')),
    ...id(sc.runAsUser, path.child('runAsUser')),
    ...id(sc.runAsGroup, path.child('runAsGroup')),
    ...(sc.supplementalGroups ?? []).flatMap((gid, i) => id(gid, path.child('supplementalGroups').index(i))),
    ...(isShared ? [invalid(path.child('shareProcessNamespace'), true, 'ShareProcessNamespace and HostPID cannot both be enabled')] : []),
    ...sysctls(sc, spec, path.child('sysctls'), options),
    ...among(sc.fsGroupChangePolicy, ['Always', 'OnRootMismatch'], path.child('fsGroupChangePolicy')),
    ...seccompProfile(sc.seccompProfile, path.child('seccompProfile')),
    ...windowsOptions(sc.windowsOptions, path.child('windowsOptions')),
    ...appArmorProfile(sc.appArmorProfile, path.child('appArmorProfile')),
    ...among(sc.supplementalGroupsPolicy, ['Merge', 'Strict'], path.child('supplementalGroupsPolicy')),
    ...among(
      sc.seLinuxChangePolicy,
      options.onlyRecursiveSELinuxChange ? ['Recursive'] : ['MountOption', 'Recursive'],
      path.child('seLinuxChangePolicy'),
    ),
  ];
}
