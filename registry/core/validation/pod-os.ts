/** What a pod's operating system rules out. Behaves like upstream pkg/apis/core/validation/validation.go (validateOS, validateLinux, validateWindows, validateHostUsers). */
import type { PodSpec } from '../../../apimachinery/types/core.gen.ts';
import { forbidden, notSupported, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { allContainers } from '../pods/containers.ts';
import type { PodOptions } from './pod-options.ts';

const FOR_WINDOWS = 'cannot be set for a windows pod';

function linux(spec: PodSpec, path: Path): FieldError[] {
  const message = 'windows options cannot be set for a linux pod';
  return [
    ...(spec.securityContext?.windowsOptions ? [forbidden(path.child('securityContext', 'windowsOptions'), message)] : []),
    ...allContainers(spec).flatMap(({ container: c, path: at }) =>
      c.securityContext?.windowsOptions ? [forbidden(path.child(at, 'securityContext', 'windowsOptions'), message)] : [],
    ),
  ];
}

const CONTAINER_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const;

function windows(spec: PodSpec, path: Path): FieldError[] {
  const sc = spec.securityContext;
  const context = path.child('securityContext');
  const checks: readonly (readonly [boolean, Path])[] = [
    [sc?.appArmorProfile !== undefined, context.child('appArmorProfile')],
    [sc?.seLinuxOptions !== undefined, context.child('seLinuxOptions')],
    [spec.hostUsers !== undefined, path.child('hostUsers')],
    [spec.hostPID === true, path.child('hostPID')],
    [spec.hostIPC === true, path.child('hostIPC')],
    [sc?.seccompProfile !== undefined, context.child('seccompProfile')],
    [sc?.fsGroup !== undefined, context.child('fsGroup')],
    [sc?.fsGroupChangePolicy !== undefined, context.child('fsGroupChangePolicy')],
    [(sc?.sysctls ?? []).length > 0, context.child('sysctls')],
    [spec.shareProcessNamespace !== undefined, path.child('shareProcessNamespace')],
    [sc?.runAsUser !== undefined, context.child('runAsUser')],
    [sc?.runAsGroup !== undefined, context.child('runAsGroup')],
    [sc?.supplementalGroups !== undefined, context.child('supplementalGroups')],
    [sc?.supplementalGroupsPolicy !== undefined, context.child('supplementalGroupsPolicy')],
    [sc?.seLinuxChangePolicy !== undefined, context.child('seLinuxChangePolicy')],
  ];
  const ofContainers = allContainers(spec).flatMap(({ container: c, path: at }) =>
    CONTAINER_FIELDS.filter((f) => c.securityContext?.[f] !== undefined).map((f) =>
      forbidden(path.child(at, 'securityContext', f), FOR_WINDOWS),
    ),
  );
  return [...checks.filter(([isSet]) => isSet).map(([, at]) => forbidden(at, FOR_WINDOWS)), ...ofContainers];
}

export function validateOS(spec: PodSpec, path: Path): FieldError[] {
  if (!spec.os) return [];
  const { name } = spec.os;
  if (!name) return [required(path.child('os', 'name'))];
  if (name === 'linux') return linux(spec, path);
  return name === 'windows' ? windows(spec, path) : [notSupported(path.child('os'), name, ['linux', 'windows'])];
}

const WITHOUT_HOST_USERS = 'when `hostUsers` is false';

export function validateHostUsers(spec: PodSpec, path: Path, options: PodOptions): FieldError[] {
  if (spec.hostUsers !== false) return [];
  const devices = options.allowVolumeDevicesInUserNamespace
    ? []
    : allContainers(spec).filter((v) => (v.container.volumeDevices ?? []).length > 0);
  return [
    ...(spec.hostNetwork ? [forbidden(path.child('hostNetwork'), WITHOUT_HOST_USERS)] : []),
    ...(spec.hostPID ? [forbidden(path.child('HostPID'), WITHOUT_HOST_USERS)] : []),
    ...(spec.hostIPC ? [forbidden(path.child('HostIPC'), WITHOUT_HOST_USERS)] : []),
    ...devices.map((v) => forbidden(path.child(v.path, 'volumeDevices'), WITHOUT_HOST_USERS)),
  ];
}
