/** How containers use volumes. Behaves like upstream pkg/apis/core/validation/validation.go (ValidateVolumeMounts, ValidateVolumeDevices). */
import type { Volume, VolumeDevice, VolumeMount } from '../../../apimachinery/types/core.gen.ts';
import {
  forbidden,
  invalid,
  NOTHING,
  notFound,
  notSupported,
  required,
  type FieldError,
  type Path,
} from '../../../apimachinery/validation/field.ts';
import type { AnyContainer } from '../pods/containers.ts';
import { descendingPath, noBacksteps } from './paths.ts';
import { Seen } from './seen.ts';

/** The volumes of the pod that are right. */
export type Volumes = ReadonlyMap<string, Volume>;

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];
const RECURSIVE = ['Disabled', 'Enabled', 'IfPossible'];

function propagation(mode: string, isPrivileged: boolean, path: Path, errors: FieldError[]): void {
  if (!PROPAGATIONS.includes(mode)) errors.push(notSupported(path, mode, PROPAGATIONS));
  if (mode === 'Bidirectional' && !isPrivileged)
    errors.push(forbidden(path, 'Bidirectional mount propagation is available only to privileged containers'));
}

function recursiveReadOnly(mode: string, mount: VolumeMount, path: Path, errors: FieldError[]): void {
  if (mode === 'Disabled') return;
  if (!RECURSIVE.includes(mode)) {
    errors.push(notSupported(path, mode, RECURSIVE));
    return;
  }
  if (!mount.readOnly) errors.push(forbidden(path, 'may only be specified when readOnly is true'));
  if (mount.mountPropagation !== undefined && mount.mountPropagation !== 'None')
    errors.push(forbidden(path, 'may only be specified when mountPropagation is None or not specified'));
}

export function validateVolumeMounts(mounts: readonly VolumeMount[], c: AnyContainer, volumes: Volumes, path: Path, errors: FieldError[]): void {
  const seen = new Seen();
  for (let i = 0; i < mounts.length; i++) {
    const m = mounts[i] as VolumeMount;
    const at = path.index(i);
    if (!m.name) errors.push(required(at.child('name')));
    if (!volumes.has(m.name)) errors.push(notFound(at.child('name'), m.name));
    if (!m.mountPath) errors.push(required(at.child('mountPath')));
    if (seen.again(m.mountPath)) errors.push(invalid(at.child('mountPath'), m.mountPath, 'must be unique'));
    if (c.volumeDevices) besideDevices(m, c.volumeDevices, at, errors);
    if (m.subPath) descendingPath(m.subPath, path.child('subPath'), errors);
    if (m.subPathExpr && m.subPath)
      errors.push(invalid(at.child('subPathExpr'), m.subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
    if (m.subPathExpr) descendingPath(m.subPathExpr, path.child('subPathExpr'), errors);
    if (m.mountPropagation !== undefined)
      propagation(m.mountPropagation, c.securityContext?.privileged === true, path.child('mountPropagation'), errors);
    if (m.recursiveReadOnly !== undefined) recursiveReadOnly(m.recursiveReadOnly, m, path.child('recursiveReadOnly'), errors);
  }
}

function besideDevices(m: VolumeMount, devices: readonly VolumeDevice[], path: Path, errors: FieldError[]): void {
  if (devices.some((d) => d.name === m.name)) errors.push(invalid(path.child('name'), m.name, 'must not already exist in volumeDevices'));
  if (devices.some((d) => d.devicePath === m.mountPath))
    errors.push(invalid(path.child('mountPath'), m.mountPath, 'must not already exist as a path in volumeDevices'));
}

export function validateVolumeDevices(devices: readonly VolumeDevice[], c: AnyContainer, volumes: Volumes, path: Path, errors: FieldError[]): void {
  const mounts = c.volumeMounts ?? NOTHING;
  const names = new Seen();
  const paths = new Seen();
  devices.forEach(({ name, devicePath }, i) => {
    const at = path.index(i);
    const volume = volumes.get(name);
    if (!name) errors.push(required(at.child('name')));
    if (name && names.again(name)) errors.push(invalid(at.child('name'), name, 'must be unique'));
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral)
      errors.push(invalid(at.child('name'), name, 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode'));
    if (!volume) errors.push(notFound(at.child('name'), name));
    if (!devicePath) errors.push(required(at.child('devicePath')));
    if (paths.has(devicePath)) errors.push(invalid(at.child('devicePath'), devicePath, 'must be unique'));
    if (devicePath && noBacksteps(devicePath, at).length > 0)
      errors.push(invalid(at.child('devicePath'), devicePath, "can not contain backsteps ('..')"));
    else paths.add(devicePath);
    if (mounts.some((m) => m.name === name)) errors.push(invalid(at.child('name'), name, 'must not already exist in volumeMounts'));
    if (mounts.some((m) => m.mountPath === devicePath))
      errors.push(invalid(at.child('devicePath'), devicePath, 'must not already exist as a path in volumeMounts'));
  });
}
