/** Defaults of volumes, persistent volumes and claims. Behaves like upstream pkg/apis/core/v1/defaults.go and zz_generated.defaults.go. */
import * as core from '../../../apimachinery/types/core.gen.ts';
import { defineDefaults } from '../../generic/define.ts';
import { defaultPullPolicy } from '../image-name.ts';

const FILE_MODE = 0o644;

function defaultMode(source: { defaultMode?: number }): void {
  source.defaultMode ??= FILE_MODE;
}

function defaultRbd(rbd: { pool?: string; user?: string; keyring?: string }): void {
  rbd.pool ||= 'rbd';
  rbd.user ||= 'admin';
  rbd.keyring ||= '/etc/ceph/keyring';
}

function defaultScaleIO(source: { storageMode?: string; fsType?: string }): void {
  source.storageMode ||= 'ThinProvisioned';
  source.fsType ||= 'xfs';
}

function defaultISCSI(source: { iscsiInterface?: string }): void {
  source.iscsiInterface ||= 'default';
}

export default [
  defineDefaults(core.Volume, (volume) => {
    if (Object.keys(volume).every((k) => k === 'name')) volume.emptyDir = {};
    if (volume.image && !volume.image.pullPolicy) volume.image.pullPolicy = defaultPullPolicy(volume.image.reference);
  }),
  defineDefaults(core.SecretVolumeSource, defaultMode),
  defineDefaults(core.ConfigMapVolumeSource, defaultMode),
  defineDefaults(core.DownwardAPIVolumeSource, defaultMode),
  defineDefaults(core.ProjectedVolumeSource, defaultMode),
  defineDefaults(core.ServiceAccountTokenProjection, (projection) => {
    projection.expirationSeconds ??= 3600;
  }),
  defineDefaults(core.HostPathVolumeSource, (source) => {
    source.type ??= '';
  }),
  defineDefaults(core.RBDVolumeSource, defaultRbd),
  defineDefaults(core.RBDPersistentVolumeSource, defaultRbd),
  defineDefaults(core.ScaleIOVolumeSource, defaultScaleIO),
  defineDefaults(core.ScaleIOPersistentVolumeSource, defaultScaleIO),
  defineDefaults(core.ISCSIVolumeSource, defaultISCSI),
  defineDefaults(core.ISCSIPersistentVolumeSource, defaultISCSI),
  defineDefaults(core.AzureDiskVolumeSource, (disk) => {
    disk.cachingMode ??= 'ReadWrite';
    disk.fsType ??= 'ext4';
    disk.readOnly ??= false;
    disk.kind ??= 'Shared';
  }),
  defineDefaults(core.PersistentVolume, (pv) => {
    pv.status.phase ||= 'Pending';
    pv.spec.persistentVolumeReclaimPolicy ||= 'Retain';
    pv.spec.volumeMode ??= 'Filesystem';
  }),
  defineDefaults(core.PersistentVolumeClaim, (claim) => {
    claim.status.phase ||= 'Pending';
  }),
  defineDefaults(core.PersistentVolumeClaimSpec, (spec) => {
    spec.volumeMode ??= 'Filesystem';
  }),
];
