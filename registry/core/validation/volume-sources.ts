/** Sources of volumes: files, network file systems, block protocols, CSI. Behaves like upstream pkg/apis/core/validation/validation.go. */
import type * as core from '../../../apimachinery/types/core.gen.ts';
import { invalid, NOTHING, required, tooLong, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { fieldRef, resourceFieldRef, VOLUME_FIELDS } from './downward-api.ts';
import { requiredText } from './fields.ts';
import { each, inclusiveRange, isDNS1123Subdomain, nameIsDNSSubdomain } from './format.ts';
import { descendingPath, fileMode, nonReservedPath } from './paths.ts';

export function gitRepo(s: core.GitRepoVolumeSource, path: Path, errors: FieldError[] = []): FieldError[] {
  requiredText(s.repository, path.child('repository'), errors);
  return descendingPath(s.directory ?? '', path.child('directory'), errors);
}

export function keyToPath(item: core.KeyToPath, path: Path, errors: FieldError[] = []): FieldError[] {
  requiredText(item.key, path.child('key'), errors);
  requiredText(item.path, path.child('path'), errors);
  nonReservedPath(item.path ?? '', path.child('path'), errors);
  return fileMode(item.mode, path.child('mode'), errors);
}

export function secret(s: core.SecretVolumeSource, path: Path, errors: FieldError[] = []): FieldError[] {
  requiredText(s.secretName, path.child('secretName'), errors);
  fileMode(s.defaultMode, path.child('defaultMode'), errors);
  s.items?.forEach((item, i) => keyToPath(item, path.child('items').index(i), errors));
  return errors;
}

export function configMap(s: core.ConfigMapVolumeSource, path: Path, errors: FieldError[] = []): FieldError[] {
  requiredText(s.name, path.child('name'), errors);
  fileMode(s.defaultMode, path.child('defaultMode'), errors);
  s.items?.forEach((item, i) => keyToPath(item, path.child('items').index(i), errors));
  return errors;
}

export function downwardFile(file: core.DownwardAPIVolumeFile, path: Path, errors: FieldError[] = []): FieldError[] {
  requiredText(file.path, path.child('path'), errors);
  nonReservedPath(file.path ?? '', path.child('path'), errors);
  if (file.fieldRef) {
    fieldRef(file.fieldRef, VOLUME_FIELDS, path.child('fieldRef'), errors);
    if (file.resourceFieldRef) errors.push(invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
  } else if (file.resourceFieldRef) resourceFieldRef(file.resourceFieldRef, path.child('resourceFieldRef'), true, errors);
  else errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  return fileMode(file.mode, path.child('mode'), errors);
}

export function downwardAPI(s: core.DownwardAPIVolumeSource, path: Path, errors: FieldError[] = []): FieldError[] {
  fileMode(s.defaultMode, path.child('defaultMode'), errors);
  for (const file of s.items ?? NOTHING) downwardFile(file, path, errors);
  return errors;
}

export function nfs(s: core.NFSVolumeSource, path: Path, errors: FieldError[] = []): FieldError[] {
  const at = path.child('path');
  requiredText(s.server, path.child('server'), errors);
  requiredText(s.path, at, errors);
  if (!(s.path ?? '').startsWith('/')) errors.push(invalid(at, s.path ?? '', 'must be an absolute path'));
  return errors;
}

const IQN = /^iqn\.\d{4}-\d{2}\.([a-z0-9-.]+)(:[^,;*&$|\s]+)$/;
const EUI = /^eui.[0-9A-Fa-f]{16}$/;
const NAA = /^naa.[0-9A-Fa-f]{32}$/;

/** `start` is told for a text with an unknown beginning. */
export function iscsiName(name: string, path: Path, start: string, errors: FieldError[] = []): FieldError[] {
  const format = name.startsWith('iqn') ? IQN : name.startsWith('eui') ? EUI : name.startsWith('naa') ? NAA : undefined;
  if (!format) errors.push(invalid(path, name, start));
  else if (!format.test(name)) errors.push(invalid(path, name, 'must be valid format'));
  return errors;
}

export function lun(n: number | undefined, path: Path, errors: FieldError[] = []): FieldError[] {
  if ((n ?? 0) < 0 || (n ?? 0) > 255) errors.push(invalid(path, n, inclusiveRange(0, 255)));
  return errors;
}

const STARTS = 'must be valid format starting with iqn, eui, or naa';

export function iscsi(s: core.ISCSIVolumeSource, path: Path, errors: FieldError[] = []): FieldError[] {
  requiredText(s.targetPortal, path.child('targetPortal'), errors);
  if (s.iqn) iscsiName(s.iqn, path.child('iqn'), STARTS, errors);
  else errors.push(required(path.child('iqn')));
  lun(s.lun, path.child('lun'), errors);
  if ((s.chapAuthDiscovery || s.chapAuthSession) && !s.secretRef) errors.push(required(path.child('secretRef')));
  if (s.initiatorName !== undefined) iscsiName(s.initiatorName, path.child('initiatorname'), STARTS, errors);
  return errors;
}

export function glusterfs(s: { readonly endpoints?: string; readonly path?: string }, path: Path, errors: FieldError[] = []): FieldError[] {
  requiredText(s.endpoints, path.child('endpoints'), errors);
  return requiredText(s.path, path.child('path'), errors);
}

export function flocker(s: core.FlockerVolumeSource, path: Path, errors: FieldError[] = []): FieldError[] {
  if (!s.datasetName && !s.datasetUUID) errors.push(required(path, 'one of datasetName and datasetUUID is required'));
  if (s.datasetName && s.datasetUUID) errors.push(invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
  if ((s.datasetName ?? '').includes('/')) errors.push(invalid(path.child('datasetName'), s.datasetName, "must not contain '/'"));
  return errors;
}

type Monitors = readonly string[] | null | undefined;

function someMonitor(monitors: Monitors, path: Path, errors: FieldError[]): FieldError[] {
  if ((monitors ?? NOTHING).length === 0) errors.push(required(path));
  return errors;
}

export function rbd(s: { readonly monitors?: Monitors; readonly image?: string }, path: Path, errors: FieldError[] = []): FieldError[] {
  someMonitor(s.monitors, path.child('monitors'), errors);
  return requiredText(s.image, path.child('image'), errors);
}

export const cephfs = (s: { readonly monitors?: Monitors }, path: Path, errors: FieldError[] = []): FieldError[] =>
  someMonitor(s.monitors, path.child('monitors'), errors);

const PAIRS = 'must be a host:port pair or multiple pairs separated by commas';
const isHostPort = (text: string): boolean => /^(?:[^:[\]]*|\[[^[\]]*\]):[^:]*$/.test(text);

export function quobyte(s: core.QuobyteVolumeSource, path: Path, errors: FieldError[] = []): FieldError[] {
  if (!s.registry) errors.push(required(path.child('registry'), PAIRS));
  else if ((s.tenant ?? '').length >= 65)
    errors.push(required(path.child('tenant'), 'must be a UUID and may not exceed a length of 64 characters'));
  else for (const pair of s.registry.split(',')) if (!isHostPort(pair)) errors.push(invalid(path.child('registry'), s.registry, PAIRS));
  return requiredText(s.volume, path.child('volume'), errors);
}

export function fc(s: core.FCVolumeSource, path: Path, errors: FieldError[] = []): FieldError[] {
  const names = s.targetWWNs ?? NOTHING;
  const ids = s.wwids ?? NOTHING;
  const at = path.child('targetWWNs');
  if (names.length + ids.length === 0) errors.push(required(at, 'must specify either targetWWNs or wwids, but not both'));
  if (names.length > 0 && ids.length > 0) errors.push(invalid(at, names, 'targetWWNs and wwids can not be specified simultaneously'));
  if (names.length === 0) return errors;
  if (s.lun !== undefined) return lun(s.lun, path.child('lun'), errors);
  errors.push(required(path.child('lun'), 'lun is required if targetWWNs is specified'));
  return errors;
}

const isReserved = (option: string): boolean =>
  /\.(?:kubernetes|k8s)\.io$/.test(`.${(option.includes('/') ? option.slice(0, option.indexOf('/')) : option).toLowerCase()}`);

export function flexVolume(
  s: { readonly driver?: string; readonly options?: Readonly<Record<string, string>> },
  path: Path,
  errors: FieldError[] = [],
): FieldError[] {
  requiredText(s.driver, path.child('driver'), errors);
  for (const option in s.options)
    if (isReserved(option)) errors.push(invalid(path.child('options').key(option), option, 'kubernetes.io and k8s.io namespaces are reserved'));
  return errors;
}

export function csiDriverName(name: string | undefined, path: Path, errors: FieldError[] = []): FieldError[] {
  if (!name) {
    errors.push(required(path));
    return errors;
  }
  if (name.length > 63) errors.push(tooLong(path, 63));
  return each(path, name, isDNS1123Subdomain(name.toLowerCase()), errors);
}

export function csi(s: core.CSIVolumeSource, path: Path, errors: FieldError[] = []): FieldError[] {
  const ref = s.nodePublishSecretRef;
  csiDriverName(s.driver, path.child('driver'), errors);
  if (!ref) return errors;
  if (ref.name) return each(path.child('name'), ref.name, nameIsDNSSubdomain(ref.name), errors);
  errors.push(required(path.child('nodePublishSecretRef', 'name')));
  return errors;
}
