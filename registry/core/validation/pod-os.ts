/** What a pod's operating system rules out. Behaves like upstream pkg/apis/core/validation/validation.go (validateOS, validateLinux, validateWindows, validateHostUsers). */
import type { PodSpec } from '../../../apimachinery/types/core.gen.ts';
import { forbidden, NOTHING, notSupported, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { visitContainers } from '../pods/containers.ts';
import type { PodOptions } from './pod-options.ts';

const FOR_WINDOWS = 'cannot be set for a windows pod';

const FOR_LINUX = 'windows options cannot be set for a linux pod';

function linux(spec: PodSpec, path: Path, errors: FieldError[]): void {
  if (spec.securityContext?.windowsOptions) errors.push(forbidden(path.child('securityContext', 'windowsOptions'), FOR_LINUX));
  visitContainers(spec, (c, field, i) => {
    if (c.securityContext?.windowsOptions) errors.push(forbidden(path.child(field).index(i).child('securityContext', 'windowsOptions'), FOR_LINUX));
  });
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

function windows(spec: PodSpec, path: Path, errors: FieldError[]): void {
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
  for (const [isSet, at] of checks) if (isSet) errors.push(forbidden(at, FOR_WINDOWS));
  visitContainers(spec, (c, field, i) => {
    const at = path.child(field).index(i).child('securityContext');
    for (const f of CONTAINER_FIELDS) if (c.securityContext?.[f] !== undefined) errors.push(forbidden(at.child(f), FOR_WINDOWS));
  });
}

export function validateOS(spec: PodSpec, path: Path, errors: FieldError[]): void {
  if (!spec.os) return;
  const { name } = spec.os;
  if (!name) errors.push(required(path.child('os', 'name')));
  else if (name === 'linux') linux(spec, path, errors);
  else if (name === 'windows') windows(spec, path, errors);
  else errors.push(notSupported(path.child('os'), name, ['linux', 'windows']));
}

const WITHOUT_HOST_USERS = 'when `hostUsers` is false';

export function validateHostUsers(spec: PodSpec, path: Path, options: PodOptions, errors: FieldError[]): void {
  if (spec.hostUsers !== false) return;
  if (spec.hostNetwork) errors.push(forbidden(path.child('hostNetwork'), WITHOUT_HOST_USERS));
  if (spec.hostPID) errors.push(forbidden(path.child('HostPID'), WITHOUT_HOST_USERS));
  if (spec.hostIPC) errors.push(forbidden(path.child('HostIPC'), WITHOUT_HOST_USERS));
  if (options.allowVolumeDevicesInUserNamespace) return;
  visitContainers(spec, (c, field, i) => {
    if ((c.volumeDevices ?? NOTHING).length > 0) errors.push(forbidden(path.child(field).index(i).child('volumeDevices'), WITHOUT_HOST_USERS));
  });
}
