/** How containers use volumes. Behaves like upstream pkg/apis/core/validation/validation.go (ValidateVolumeMounts, ValidateVolumeDevices). */
import type { Volume, VolumeMount } from '../../../apimachinery/types/core.gen.ts';
import {
  forbidden,
  invalid,
  notFound,
  notSupported,
  required,
  type FieldError,
  type Path,
} from '../../../apimachinery/validation/field.ts';
import type { AnyContainer } from '../pods/containers.ts';
import { descendingPath, noBacksteps } from './paths.ts';

/** The volumes of the pod that are right. */
export type Volumes = ReadonlyMap<string, Volume>;

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];
const RECURSIVE = ['Disabled', 'Enabled', 'IfPossible'];

function propagation(mode: string | undefined, isPrivileged: boolean, path: Path): FieldError[] {
  if (mode === undefined) return [];
  const errors = PROPAGATIONS.includes(mode) ? [] : [notSupported(path, mode, PROPAGATIONS)];
  return mode === 'Bidirectional' && !isPrivileged
    ? [...errors, forbidden(path, 'Bidirectional mount propagation is available only to privileged containers')]
    : errors;
}

function recursiveReadOnly(mount: VolumeMount, path: Path): FieldError[] {
  const mode = mount.recursiveReadOnly;
  if (mode === undefined || mode === 'Disabled') return [];
  if (!RECURSIVE.includes(mode)) return [notSupported(path, mode, RECURSIVE)];
  const propagates = mount.mountPropagation !== undefined && mount.mountPropagation !== 'None';
  return [
    ...(mount.readOnly ? [] : [forbidden(path, 'may only be specified when readOnly is true')]),
    ...(propagates ? [forbidden(path, 'may only be specified when mountPropagation is None or not specified')] : []),
  ];
}

export function validateVolumeMounts(c: AnyContainer, volumes: Volumes, path: Path): FieldError[] {
  const devices = c.volumeDevices ?? [];
  const seen = new Set<string>();
  return (c.volumeMounts ?? []).flatMap((m, i) => {
    const at = path.index(i);
    const errors: FieldError[] = [];
    if (!m.name) errors.push(required(at.child('name')));
    if (!volumes.has(m.name)) errors.push(notFound(at.child('name'), m.name));
    if (!m.mountPath) errors.push(required(at.child('mountPath')));
    if (seen.has(m.mountPath)) errors.push(invalid(at.child('mountPath'), m.mountPath, 'must be unique'));
    seen.add(m.mountPath);
    if (devices.some((d) => d.name === m.name)) errors.push(invalid(at.child('name'), m.name, 'must not already exist in volumeDevices'));
    if (devices.some((d) => d.devicePath === m.mountPath))
      errors.push(invalid(at.child('mountPath'), m.mountPath, 'must not already exist as a path in volumeDevices'));
    if (m.subPath) errors.push(...descendingPath(m.subPath, path.child('subPath')));
    if (m.subPathExpr && m.subPath)
      errors.push(invalid(at.child('subPathExpr'), m.subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
    if (m.subPathExpr) errors.push(...descendingPath(m.subPathExpr, path.child('subPathExpr')));
    errors.push(...propagation(m.mountPropagation, c.securityContext?.privileged === true, path.child('mountPropagation')));
    return [...errors, ...recursiveReadOnly(m, path.child('recursiveReadOnly'))];
  });
}

export function validateVolumeDevices(c: AnyContainer, volumes: Volumes, path: Path): FieldError[] {
  const mounts = c.volumeMounts ?? [];
  const names = new Set<string>();
  const paths = new Set<string>();
  return (c.volumeDevices ?? []).flatMap(({ name, devicePath }, i) => {
    const at = path.index(i);
    const volume = volumes.get(name);
    const errors: FieldError[] = [];
    if (!name) errors.push(required(at.child('name')));
    if (names.has(name)) errors.push(invalid(at.child('name'), name, 'must be unique'));
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
    if (name) names.add(name);
    return errors;
  });
}
