/** Sources of volumes that belong to one vendor. Behaves like upstream pkg/apis/core/validation/validation.go. */
import type * as core from '../../../apimachinery/types/core.gen.ts';
import { invalid, notSupported, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { dnsLabel, requiredText } from './fields.ts';
import { inclusiveRange } from './format.ts';

function partition(n: number | undefined, path: Path, errors: FieldError[]): FieldError[] {
  if ((n ?? 0) < 0 || (n ?? 0) > 255) errors.push(invalid(path, n, inclusiveRange(1, 255)));
  return errors;
}

export function gcePersistentDisk(s: core.GCEPersistentDiskVolumeSource, path: Path, errors: FieldError[] = []): FieldError[] {
  requiredText(s.pdName, path.child('pdName'), errors);
  return partition(s.partition, path.child('partition'), errors);
}

export function awsElasticBlockStore(s: core.AWSElasticBlockStoreVolumeSource, path: Path, errors: FieldError[] = []): FieldError[] {
  requiredText(s.volumeID, path.child('volumeID'), errors);
  return partition(s.partition, path.child('partition'), errors);
}

type SecretRef = { readonly name?: string; readonly namespace?: string } | undefined;

/** The reference of a persistent volume names its namespace, too. */
export function secretRef(ref: SecretRef, path: Path, withNamespace: boolean, errors: FieldError[] = []): FieldError[] {
  if (!ref) return errors;
  const at = path.child('secretRef');
  requiredText(ref.name, at.child('name'), errors);
  return withNamespace ? requiredText(ref.namespace, at.child('namespace'), errors) : errors;
}

export function cinder(s: core.CinderVolumeSource, path: Path, errors: FieldError[] = []): FieldError[] {
  requiredText(s.volumeID, path.child('volumeID'), errors);
  return secretRef(s.secretRef, path, false, errors);
}

export function azureFile(s: { readonly secretName?: string; readonly shareName?: string }, path: Path, errors: FieldError[] = []): FieldError[] {
  requiredText(s.secretName, path.child('secretName'), errors);
  return requiredText(s.shareName, path.child('shareName'), errors);
}

const CACHING = ['None', 'ReadOnly', 'ReadWrite'];
const KINDS = ['Dedicated', 'Managed', 'Shared'];
const MANAGED_URI = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const BLOB_URI = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';

export function azureDisk(s: core.AzureDiskVolumeSource, path: Path, errors: FieldError[] = []): FieldError[] {
  const uri = s.diskURI ?? '';
  requiredText(s.diskName, path.child('diskName'), errors);
  requiredText(uri, path.child('diskURI'), errors);
  if (s.cachingMode !== undefined && !CACHING.includes(s.cachingMode))
    errors.push(notSupported(path.child('cachingMode'), s.cachingMode, CACHING));
  if (s.kind !== undefined && !KINDS.includes(s.kind)) errors.push(notSupported(path.child('kind'), s.kind, KINDS));
  if (s.kind === 'Managed' && !uri.startsWith('/subscriptions/')) errors.push(notSupported(path.child('diskURI'), uri, [MANAGED_URI]));
  if (s.kind !== undefined && s.kind !== 'Managed' && !uri.startsWith('https://'))
    errors.push(notSupported(path.child('diskURI'), uri, [BLOB_URI]));
  return errors;
}

export const vsphereVolume = (s: core.VsphereVirtualDiskVolumeSource, path: Path, errors: FieldError[] = []): FieldError[] =>
  requiredText(s.volumePath, path.child('volumePath'), errors);
export const photonPersistentDisk = (s: core.PhotonPersistentDiskVolumeSource, path: Path, errors: FieldError[] = []): FieldError[] =>
  requiredText(s.pdID, path.child('pdID'), errors);
export const portworxVolume = (s: core.PortworxVolumeSource, path: Path, errors: FieldError[] = []): FieldError[] =>
  requiredText(s.volumeID, path.child('volumeID'), errors);

export function storageos(
  s: { readonly volumeName?: string; readonly volumeNamespace?: string; readonly secretRef?: SecretRef },
  path: Path,
  errors: FieldError[] = [],
  withNamespace = false,
): FieldError[] {
  if (s.volumeName) dnsLabel(s.volumeName, path.child('volumeName'), errors);
  else errors.push(required(path.child('volumeName')));
  if (s.volumeNamespace) dnsLabel(s.volumeNamespace, path.child('volumeNamespace'), errors);
  return secretRef(s.secretRef, path, withNamespace, errors);
}

export function scaleIO(
  s: { readonly gateway?: string; readonly system?: string; readonly volumeName?: string },
  path: Path,
  errors: FieldError[] = [],
): FieldError[] {
  requiredText(s.gateway, path.child('gateway'), errors);
  requiredText(s.system, path.child('system'), errors);
  return requiredText(s.volumeName, path.child('volumeName'), errors);
}
