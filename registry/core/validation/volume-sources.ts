/** Sources of volumes: files, network file systems, block protocols, CSI. Behaves like upstream pkg/apis/core/validation/validation.go. */
import type * as core from '../../../apimachinery/types/core.gen.ts';
import { invalid, required, tooLong, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { fieldRef, resourceFieldRef, VOLUME_FIELDS } from './downward-api.ts';
import { requiredText } from './fields.ts';
import { each, inclusiveRange, isDNS1123Subdomain, nameIsDNSSubdomain } from './format.ts';
import { descendingPath, fileMode, nonReservedPath } from './paths.ts';

export function gitRepo(s: core.GitRepoVolumeSource, path: Path): FieldError[] {
  return [...requiredText(s.repository, path.child('repository')), ...descendingPath(s.directory ?? '', path.child('directory'))];
}

export function keyToPath(item: core.KeyToPath, path: Path): FieldError[] {
  return [
    ...requiredText(item.key, path.child('key')),
    ...requiredText(item.path, path.child('path')),
    ...nonReservedPath(item.path ?? '', path.child('path')),
    ...fileMode(item.mode, path.child('mode')),
  ];
}

export function secret(s: core.SecretVolumeSource, path: Path): FieldError[] {
  const items = path.child('items');
  return [
    ...requiredText(s.secretName, path.child('secretName')),
    ...fileMode(s.defaultMode, path.child('defaultMode')),
    ...(s.items ?? []).flatMap((item, i) => keyToPath(item, items.index(i))),
  ];
}

export function configMap(s: core.ConfigMapVolumeSource, path: Path): FieldError[] {
  const items = path.child('items');
  return [
    ...requiredText(s.name, path.child('name')),
    ...fileMode(s.defaultMode, path.child('defaultMode')),
    ...(s.items ?? []).flatMap((item, i) => keyToPath(item, items.index(i))),
  ];
}

export function downwardFile(file: core.DownwardAPIVolumeFile, path: Path): FieldError[] {
  const errors = [...requiredText(file.path, path.child('path')), ...nonReservedPath(file.path ?? '', path.child('path'))];
  if (file.fieldRef) {
    errors.push(...fieldRef(file.fieldRef, VOLUME_FIELDS, path.child('fieldRef')));
    if (file.resourceFieldRef) errors.push(invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
  } else if (file.resourceFieldRef) errors.push(...resourceFieldRef(file.resourceFieldRef, path.child('resourceFieldRef'), true));
  else errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  return [...errors, ...fileMode(file.mode, path.child('mode'))];
}

export function downwardAPI(s: core.DownwardAPIVolumeSource, path: Path): FieldError[] {
  return [...fileMode(s.defaultMode, path.child('defaultMode')), ...(s.items ?? []).flatMap((file) => downwardFile(file, path))];
}

export function nfs(s: core.NFSVolumeSource, path: Path): FieldError[] {
  const at = path.child('path');
  return [
    ...requiredText(s.server, path.child('server')),
    ...requiredText(s.path, at),
    ...((s.path ?? '').startsWith('/') ? [] : [invalid(at, s.path ?? '', 'must be an absolute path')]),
  ];
}

const IQN = /^iqn\.\d{4}-\d{2}\.([a-z0-9-.]+)(:[^,;*&$|\s]+)$/;
const EUI = /^eui.[0-9A-Fa-f]{16}$/;
const NAA = /^naa.[0-9A-Fa-f]{32}$/;

/** `start` is told for a text with an unknown beginning. */
export function iscsiName(name: string, path: Path, start: string): FieldError[] {
  const format = name.startsWith('iqn') ? IQN : name.startsWith('eui') ? EUI : name.startsWith('naa') ? NAA : undefined;
  if (!format) return [invalid(path, name, start)];
  return format.test(name) ? [] : [invalid(path, name, 'must be valid format')];
}

export const lun = (n: number | undefined, path: Path): FieldError[] =>
  (n ?? 0) < 0 || (n ?? 0) > 255 ? [invalid(path, n, inclusiveRange(0, 255))] : [];

const STARTS = 'must be valid format starting with iqn, eui, or naa';

export function iscsi(s: core.ISCSIVolumeSource, path: Path): FieldError[] {
  return [
    ...requiredText(s.targetPortal, path.child('targetPortal')),
    ...(s.iqn ? iscsiName(s.iqn, path.child('iqn'), STARTS) : [required(path.child('iqn'))]),
    ...lun(s.lun, path.child('lun')),
    ...((s.chapAuthDiscovery || s.chapAuthSession) && !s.secretRef ? [required(path.child('secretRef'))] : []),
    ...(s.initiatorName === undefined ? [] : iscsiName(s.initiatorName, path.child('initiatorname'), STARTS)),
  ];
}

export function glusterfs(s: { readonly endpoints?: string; readonly path?: string }, path: Path): FieldError[] {
  return [...requiredText(s.endpoints, path.child('endpoints')), ...requiredText(s.path, path.child('path'))];
}

export function flocker(s: core.FlockerVolumeSource, path: Path): FieldError[] {
  return [
    ...(s.datasetName || s.datasetUUID ? [] : [required(path, 'one of datasetName and datasetUUID is required')]),
    ...(s.datasetName && s.datasetUUID
      ? [invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously')]
      : []),
    ...((s.datasetName ?? '').includes('/') ? [invalid(path.child('datasetName'), s.datasetName, "must not contain '/'")] : []),
  ];
}

export function rbd(s: { readonly monitors?: readonly string[] | null; readonly image?: string }, path: Path): FieldError[] {
  return [...((s.monitors ?? []).length === 0 ? [required(path.child('monitors'))] : []), ...requiredText(s.image, path.child('image'))];
}

export function cephfs(s: { readonly monitors?: readonly string[] | null }, path: Path): FieldError[] {
  return (s.monitors ?? []).length === 0 ? [required(path.child('monitors'))] : [];
}

const PAIRS = 'must be a host:port pair or multiple pairs separated by commas';
const isHostPort = (text: string): boolean => /^(?:[^:[\]]*|\[[^[\]]*\]):[^:]*$/.test(text);

export function quobyte(s: core.QuobyteVolumeSource, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  if (!s.registry) errors.push(required(path.child('registry'), PAIRS));
  else if ((s.tenant ?? '').length >= 65)
    errors.push(required(path.child('tenant'), 'must be a UUID and may not exceed a length of 64 characters'));
  else for (const pair of s.registry.split(',')) if (!isHostPort(pair)) errors.push(invalid(path.child('registry'), s.registry, PAIRS));
  return [...errors, ...requiredText(s.volume, path.child('volume'))];
}

export function fc(s: core.FCVolumeSource, path: Path): FieldError[] {
  const names = s.targetWWNs ?? [];
  const ids = s.wwids ?? [];
  const at = path.child('targetWWNs');
  return [
    ...(names.length + ids.length === 0 ? [required(at, 'must specify either targetWWNs or wwids, but not both')] : []),
    ...(names.length > 0 && ids.length > 0 ? [invalid(at, names, 'targetWWNs and wwids can not be specified simultaneously')] : []),
    ...(names.length === 0
      ? []
      : s.lun === undefined
        ? [required(path.child('lun'), 'lun is required if targetWWNs is specified')]
        : lun(s.lun, path.child('lun'))),
  ];
}

export function flexVolume(s: { readonly driver?: string; readonly options?: Readonly<Record<string, string>> }, path: Path): FieldError[] {
  const reserved = Object.keys(s.options ?? {}).filter((k) =>
    /\.(?:kubernetes|k8s)\.io$/.test(`.${(k.includes('/') ? k.slice(0, k.indexOf('/')) : k).toLowerCase()}`),
  );
  return [
    ...requiredText(s.driver, path.child('driver')),
    ...reserved.map((k) => invalid(path.child('options').key(k), k, 'kubernetes.io and k8s.io namespaces are reserved')),
  ];
}

export function csiDriverName(name: string | undefined, path: Path): FieldError[] {
  if (!name) return [required(path)];
  return [...(name.length > 63 ? [tooLong(path, 63)] : []), ...each(path, name, isDNS1123Subdomain(name.toLowerCase()))];
}

export function csi(s: core.CSIVolumeSource, path: Path): FieldError[] {
  const ref = s.nodePublishSecretRef;
  const errors = csiDriverName(s.driver, path.child('driver'));
  if (!ref) return errors;
  return [
    ...errors,
    ...(ref.name
      ? each(path.child('name'), ref.name, nameIsDNSSubdomain(ref.name))
      : [required(path.child('nodePublishSecretRef', 'name'))]),
  ];
}
