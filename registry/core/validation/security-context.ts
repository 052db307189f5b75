/** Security contexts of pods and containers. Behaves like upstream pkg/apis/core/validation/validation.go. */
import type {
  AppArmorProfile,
  PodSecurityContext,
  PodSpec,
  SeccompProfile,
  SecurityContext,
  Sysctl,
} from '../../../apimachinery/types/core.gen.ts';
import { duplicate, invalid, NOTHING, notSupported, required, tooLong, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { byteLength, each, isValidID } from './format.ts';
import { descendingPath } from './paths.ts';
import type { PodOptions } from './pod-options.ts';
import { windowsOptions } from './windows-options.ts';

const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];

function id(value: number | undefined, path: Path, errors: FieldError[]): void {
  if (value !== undefined) each(path, value, isValidID(value), errors);
}

/** With Go's names, as the internal type is printed. */
const goSeccomp = (p: SeccompProfile): object => ({ Type: p.type, LocalhostProfile: p.localhostProfile ?? null });

function seccompProfile(p: SeccompProfile, path: Path, errors: FieldError[]): void {
  const type = path.child('type');
  if (!p.type) errors.push(required(type, 'type is required when seccompProfile is set'));
  else if (!PROFILE_TYPES.includes(p.type)) errors.push(notSupported(type, p.type, PROFILE_TYPES));
  const local = path.child('localhostProfile');
  if (p.type !== 'Localhost') {
    if (p.localhostProfile !== undefined) errors.push(invalid(local, goSeccomp(p), 'can only be set when seccomp type is Localhost'));
  } else if (p.localhostProfile === undefined) errors.push(required(local, 'must be set when seccomp type is Localhost'));
  else descendingPath(p.localhostProfile, local, errors);
}

function appArmorProfile(p: AppArmorProfile, path: Path, errors: FieldError[]): void {
  const local = path.child('localhostProfile');
  if (p.type === 'Localhost') localAppArmor(p.localhostProfile, local, errors);
  else if (p.type === 'RuntimeDefault' || p.type === 'Unconfined') {
    if (p.localhostProfile !== undefined) errors.push(invalid(local, p.localhostProfile, 'can only be set when AppArmor type is Localhost'));
  } else if (p.type) errors.push(notSupported(path.child('type'), p.type, PROFILE_TYPES));
  else errors.push(required(path.child('type'), 'type is required when appArmorProfile is set'));
}

function localAppArmor(name: string | undefined, path: Path, errors: FieldError[]): void {
  if (!name) errors.push(required(path, 'must be set when AppArmor type is Localhost'));
  else if (name.trim() !== name) errors.push(invalid(path, name, 'must not be padded with whitespace'));
  if (name !== undefined && byteLength(name) > 4095) errors.push(tooLong(path, 4095));
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

const PROC_MOUNTS = ['Default', 'Unmasked'];

function procMount(type: string, hostUsers: boolean, path: Path, errors: FieldError[]): void {
  if (!PROC_MOUNTS.includes(type)) errors.push(notSupported(path, type, PROC_MOUNTS));
  if (hostUsers && type === 'Unmasked') errors.push(invalid(path, type, '`hostUsers` must be false to use `Unmasked`'));
}

function noEscalation(sc: SecurityContext, path: Path, errors: FieldError[]): void {
  if (sc.privileged) errors.push(invalid(path, goContext(sc), 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'));
  for (const capability of sc.capabilities?.add ?? NOTHING) {
    if (capability === 'CAP_SYS_ADMIN')
      errors.push(invalid(path, goContext(sc), 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN'));
  }
}

export function containerSecurityContext(sc: SecurityContext, path: Path, hostUsers: boolean, errors: FieldError[]): void {
  id(sc.runAsUser, path.child('runAsUser'), errors);
  id(sc.runAsGroup, path.child('runAsGroup'), errors);
  if (sc.procMount !== undefined) procMount(sc.procMount, hostUsers, path.child('procMount'), errors);
  if (sc.seccompProfile) seccompProfile(sc.seccompProfile, path.child('seccompProfile'), errors);
  if (sc.allowPrivilegeEscalation === false) noEscalation(sc, path, errors);
  if (sc.windowsOptions) windowsOptions(sc.windowsOptions, path.child('windowsOptions'), errors);
  if (sc.appArmorProfile) appArmorProfile(sc.appArmorProfile, path.child('appArmorProfile'), errors);
}

const SYSCTL = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';
const sysctlSegment = /^[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?$/;
export const isSysctlName = (name: string): boolean => name.length <= 253 && name.split(/[./]/).every((part) => sysctlSegment.test(part));

function sysctls(list: readonly Sysctl[], spec: PodSpec, path: Path, options: PodOptions, errors: FieldError[]): void {
  const seen = new Set<string>();
  list.forEach(({ name }, i) => {
    const at = path.index(i).child('name');
    if (!name) errors.push(required(at));
    else if (!isSysctlName(name)) errors.push(invalid(at, name, `must have at most 253 characters and match regex ${SYSCTL}`));
    else if (seen.has(name)) errors.push(duplicate(at, name));
    seen.add(name);
    if (!options.allowHostSysctls) hostSysctl(name, spec, at, errors);
  });
}

const IPC = /^(?:kernel\.shm|kernel\.msg|kernel\.sem$|fs\.mqueue\.)/;

function hostSysctl(name: string, spec: PodSpec, path: Path, errors: FieldError[]): void {
  const dotted = name.replaceAll('/', '.');
  if (spec.hostNetwork && dotted.startsWith('net.')) errors.push(invalid(path, name, "may not be specified when 'hostNetwork' is true"));
  else if (spec.hostIPC && IPC.test(dotted)) errors.push(invalid(path, name, "may not be specified when 'hostIPC' is true"));
}

function among(value: string | undefined, supported: readonly string[], path: Path, errors: FieldError[]): void {
  if (value !== undefined && !supported.includes(value)) errors.push(notSupported(path, value, supported));
}

const GROUP_CHANGE_POLICIES = ['Always', 'OnRootMismatch'];
const GROUPS_POLICIES = ['Merge', 'Strict'];
const SELINUX_POLICIES = ['MountOption', 'Recursive'];
const RECURSIVE_ONLY = ['Recursive'];

export function podSecurityContext(sc: PodSecurityContext, spec: PodSpec, path: Path, options: PodOptions, errors: FieldError[]): void {
  id(sc.fsGroup, path.child('fsGroup'), errors);
  id(sc.runAsUser, path.child('runAsUser'), errors);
  id(sc.runAsGroup, path.child('runAsGroup'), errors);
  sc.supplementalGroups?.forEach((gid, i) => id(gid, path.child('supplementalGroups').index(i), errors));
  if (spec.shareProcessNamespace === true && spec.hostPID === true)
    errors.push(invalid(path.child('shareProcessNamespace'), true, 'ShareProcessNamespace and HostPID cannot both be enabled'));
  if (sc.sysctls) sysctls(sc.sysctls, spec, path.child('sysctls'), options, errors);
  among(sc.fsGroupChangePolicy, GROUP_CHANGE_POLICIES, path.child('fsGroupChangePolicy'), errors);
  if (sc.seccompProfile) seccompProfile(sc.seccompProfile, path.child('seccompProfile'), errors);
  if (sc.windowsOptions) windowsOptions(sc.windowsOptions, path.child('windowsOptions'), errors);
  if (sc.appArmorProfile) appArmorProfile(sc.appArmorProfile, path.child('appArmorProfile'), errors);
  among(sc.supplementalGroupsPolicy, GROUPS_POLICIES, path.child('supplementalGroupsPolicy'), errors);
  among(sc.seLinuxChangePolicy, options.onlyRecursiveSELinuxChange ? RECURSIVE_ONLY : SELINUX_POLICIES, path.child('seLinuxChangePolicy'), errors);
}
