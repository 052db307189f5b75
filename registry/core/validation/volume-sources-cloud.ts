/** Sources of volumes that belong to one vendor. Behaves like upstream pkg/apis/core/validation/validation.go. */
import type * as core from '../../../apimachinery/types/core.gen.ts';
import { invalid, notSupported, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { dnsLabel, requiredText } from './fields.ts';
import { inclusiveRange } from './format.ts';

const partition = (n: number | undefined, path: Path): FieldError[] =>
  (n ?? 0) < 0 || (n ?? 0) > 255 ? [invalid(path.child('partition'), n, inclusiveRange(1, 255))] : [];

export function gcePersistentDisk(s: core.GCEPersistentDiskVolumeSource, path: Path): FieldError[] {
  return [...requiredText(s.pdName, path.child('pdName')), ...partition(s.partition, path)];
}

export function awsElasticBlockStore(s: core.AWSElasticBlockStoreVolumeSource, path: Path): FieldError[] {
  return [...requiredText(s.volumeID, path.child('volumeID')), ...partition(s.partition, path)];
}

type SecretRef = { readonly name?: string; readonly namespace?: string } | undefined;

/** The reference of a persistent volume names its namespace, too. */
export function secretRef(ref: SecretRef, path: Path, withNamespace: boolean): FieldError[] {
  if (!ref) return [];
  const at = path.child('secretRef');
  return [...requiredText(ref.name, at.child('name')), ...(withNamespace ? requiredText(ref.namespace, at.child('namespace')) : [])];
}

export function cinder(s: core.CinderVolumeSource, path: Path): FieldError[] {
  return [...requiredText(s.volumeID, path.child('volumeID')), ...secretRef(s.secretRef, path, false)];
}

export function azureFile(s: { readonly secretName?: string; readonly shareName?: string }, path: Path): FieldError[] {
  return [...requiredText(s.secretName, path.child('secretName')), ...requiredText(s.shareName, path.child('shareName'))];
}

const CACHING = ['None', 'ReadOnly', 'ReadWrite'];
const KINDS = ['Dedicated', 'Managed', 'Shared'];
const MANAGED_URI = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const BLOB_URI = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';

export function azureDisk(s: core.AzureDiskVolumeSource, path: Path): FieldError[] {
  const uri = s.diskURI ?? '';
  const errors = [...requiredText(s.diskName, path.child('diskName')), ...requiredText(uri, path.child('diskURI'))];
  if (s.cachingMode !== undefined && !CACHING.includes(s.cachingMode))
    errors.push(notSupported(path.child('cachingMode'), s.cachingMode, CACHING));
  if (s.kind !== undefined && !KINDS.includes(s.kind)) errors.push(notSupported(path.child('kind'), s.kind, KINDS));
  if (s.kind === 'Managed' && !uri.startsWith('/subscriptions/')) errors.push(notSupported(path.child('diskURI'), uri, [MANAGED_URI]));
  if (s.kind !== undefined && s.kind !== 'Managed' && !uri.startsWith('https://'))
    errors.push(notSupported(path.child('diskURI'), uri, [BLOB_URI]));
  return errors;
}

export const vsphereVolume = (s: core.VsphereVirtualDiskVolumeSource, path: Path): FieldError[] =>
  requiredText(s.volumePath, path.child('volumePath'));
export const photonPersistentDisk = (s: core.PhotonPersistentDiskVolumeSource, path: Path): FieldError[] =>
  requiredText(s.pdID, path.child('pdID'));
export const portworxVolume = (s: core.PortworxVolumeSource, path: Path): FieldError[] => requiredText(s.volumeID, path.child('volumeID'));

export function storageos(
  s: { readonly volumeName?: string; readonly volumeNamespace?: string; readonly secretRef?: SecretRef },
  path: Path,
  _facts?: unknown,
  withNamespace = false,
): FieldError[] {
  return [
    ...(s.volumeName ? dnsLabel(s.volumeName, path.child('volumeName')) : [required(path.child('volumeName'))]),
    ...(s.volumeNamespace ? dnsLabel(s.volumeNamespace, path.child('volumeNamespace')) : []),
    ...secretRef(s.secretRef, path, withNamespace),
  ];
}

export function scaleIO(
  s: { readonly gateway?: string; readonly system?: string; readonly volumeName?: string },
  path: Path,
): FieldError[] {
  return [
    ...requiredText(s.gateway, path.child('gateway')),
    ...requiredText(s.system, path.child('system')),
    ...requiredText(s.volumeName, path.child('volumeName')),
  ];
}
