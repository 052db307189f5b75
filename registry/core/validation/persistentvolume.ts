/** PersistentVolumes. Behaves like upstream pkg/apis/core/validation/validation.go (ValidatePersistentVolume) and pkg/volume/validation. */
import { parseQuantity } from '../../../apimachinery/quantity.ts';
import { orEmpty } from '../../../apimachinery/schema/emptied.ts';
import type {
  CSIPersistentVolumeSource,
  GlusterfsPersistentVolumeSource,
  ISCSIPersistentVolumeSource,
  PersistentVolume,
  PersistentVolumeSpec,
  SecretReference,
} from '../../../apimachinery/types/core.gen.ts';
import {
  forbidden,
  invalid,
  notSupported,
  Path,
  required,
  type ErrorList,
  type FieldError,
} from '../../../apimachinery/validation/field.ts';
import { semanticEqual } from '../equality.ts';
import { accessModes, className, exclusiveAccessMode, VOLUME_MODES } from './claim-template.ts';
import { dnsLabel, dnsSubdomain, immutable, requiredText } from './fields.ts';
import { byteLength, each, nameIsDNSLabel } from './format.ts';
import { nodeSelector } from './node-selector.ts';
import { hostPathType, noBacksteps } from './paths.ts';
import { persistentVolumeNodeAffinityChange } from './persistentvolume-affinity.ts';
import { specDiff } from './spec-diff.ts';
import * as sources from './volume-sources.ts';
import * as cloud from './volume-sources-cloud.ts';
import type { RequestContext } from '../../generic/context.ts';
import type { MetadataErrors } from '../../generic/definition.ts';

type Spec = PersistentVolumeSpec;

interface Facts {
  readonly name: string;
  readonly hasAffinity: boolean;
}

interface Source {
  readonly field: keyof Spec;
  readonly check: (spec: Spec, path: Path, facts: Facts) => FieldError[];
  /** Where the field's name differs in paths. */
  readonly at?: string;
  readonly second?: string;
  /** A second source of this kind is not refused. */
  readonly tolerated?: boolean;
}

type Names = Pick<Source, 'at' | 'second' | 'tolerated'>;

const of = <K extends keyof Spec>(
  field: K,
  check: (source: NonNullable<Spec[K]>, path: Path, errors: FieldError[], facts: Facts) => FieldError[],
  names: Names = {},
): Source => ({
  field,
  ...names,
  check: (spec, path, facts) => {
    const source = spec[field];
    return source === undefined || source === null ? [] : check(source as NonNullable<Spec[K]>, path, [], facts);
  },
});

function secretReference(ref: SecretReference | undefined, path: Path): FieldError[] {
  if (!ref) return [];
  return [
    ...(ref.name ? dnsSubdomain(ref.name, path.child('name')) : [required(path.child('name'))]),
    ...(ref.namespace ? dnsLabel(ref.namespace, path.child('namespace')) : [required(path.child('namespace'))]),
  ];
}

const SECRETS = ['controllerPublishSecretRef', 'controllerExpandSecretRef', 'nodePublishSecretRef', 'nodeExpandSecretRef'] as const;

function csi(s: CSIPersistentVolumeSource, path: Path): FieldError[] {
  return [
    ...sources.csiDriverName(s.driver, path.child('driver')),
    ...requiredText(s.volumeHandle, path.child('volumeHandle')),
    ...SECRETS.flatMap((f) => secretReference(s[f], path.child(f))),
  ];
}

function glusterfs(s: GlusterfsPersistentVolumeSource, path: Path): FieldError[] {
  const namespace = s.endpointsNamespace;
  const at = path.child('endpointsNamespace');
  const errors = sources.glusterfs(s, path);
  if (namespace === undefined) return errors;
  if (namespace === '') return [...errors, invalid(at, namespace, 'if the endpointnamespace is set, it must be a valid namespace name')];
  return [...errors, ...each(at, namespace, nameIsDNSLabel(namespace))];
}

const INITIATOR = 'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
const FORMAT = 'must be valid format';

function iscsi(s: ISCSIPersistentVolumeSource, path: Path, _errors: FieldError[], { name }: Facts): FieldError[] {
  const isLong = s.initiatorName !== undefined && byteLength(`${name}:${s.targetPortal}`) > 64;
  return [
    ...requiredText(s.targetPortal, path.child('targetPortal')),
    ...(isLong ? [invalid(path.child('targetportal'), s.targetPortal, INITIATOR)] : []),
    ...(s.iqn ? sources.iscsiName(s.iqn, path.child('iqn'), FORMAT) : [required(path.child('iqn'))]),
    ...sources.lun(s.lun, path.child('lun')),
    ...((s.chapAuthDiscovery || s.chapAuthSession) && !s.secretRef ? [required(path.child('secretRef'))] : []),
    ...(s.secretRef ? requiredText(s.secretRef.name, path.child('secretRef', 'name')) : []),
    ...(s.initiatorName === undefined ? [] : sources.iscsiName(s.initiatorName, path.child('initiatorname'), FORMAT)),
  ];
}

const SOURCES: readonly Source[] = [
  of('hostPath', (s, path) =>
    s.path ? [...noBacksteps(s.path, path.child('path')), ...hostPathType(s.type, path.child('type'))] : [required(path.child('path'))],
  ),
  of('gcePersistentDisk', cloud.gcePersistentDisk, { at: 'persistentDisk' }),
  of('awsElasticBlockStore', cloud.awsElasticBlockStore),
  of('glusterfs', glusterfs),
  of('flocker', sources.flocker),
  of('nfs', sources.nfs),
  of('rbd', sources.rbd),
  of('quobyte', sources.quobyte),
  of('cephfs', sources.cephfs, { second: 'cephFS' }),
  of('iscsi', iscsi),
  of('cinder', (s, path) => [...requiredText(s.volumeID, path.child('volumeID')), ...cloud.secretRef(s.secretRef, path, true)]),
  of('fc', sources.fc),
  of('flexVolume', sources.flexVolume, { tolerated: true }),
  of('azureFile', (s, path) => [
    ...cloud.azureFile(s, path),
    ...(s.secretNamespace === '' ? [required(path.child('secretNamespace'))] : []),
  ]),
  of('vsphereVolume', cloud.vsphereVolume),
  of('photonPersistentDisk', cloud.photonPersistentDisk),
  of('portworxVolume', cloud.portworxVolume),
  of('azureDisk', cloud.azureDisk),
  of('scaleIO', cloud.scaleIO),
  of('local', (s, path, _errors, { hasAffinity }) => [
    ...(s.path ? noBacksteps(s.path, path.child('path')) : [required(path.child('path'))]),
    ...(hasAffinity ? [] : [required(Path.of('spec', 'nodeAffinity'), 'Local volume requires node affinity')]),
  ]),
  of('storageos', (s, path, errors) => cloud.storageos(s, path, errors, true)),
  of('csi', csi),
];

function source(spec: Spec, path: Path, facts: Facts): FieldError[] {
  const given = SOURCES.filter((s) => spec[s.field] !== undefined && spec[s.field] !== null);
  if (given.length === 0) return [required(path, 'must specify a volume type')];
  return given.flatMap((s, i) =>
    i > 0 && !s.tolerated
      ? [forbidden(path.child(s.second ?? s.field), 'may not specify more than 1 volume type')]
      : s.check(spec, path.child(s.at ?? s.field), facts),
  );
}

const inlineForbidden = (path: Path): FieldError => forbidden(path, 'may not be specified in the context of inline volumes');

function capacity(spec: Spec, path: Path): FieldError[] {
  const list = spec.capacity ?? {};
  const names = Object.keys(list);
  const at = path.child('capacity');
  return [
    ...(names.length === 0 ? [required(at)] : []),
    ...(list['storage'] === undefined || names.length > 1 ? [notSupported(at, orEmpty(spec, 'capacity', {}), ['storage'])] : []),
    ...Object.entries(list).flatMap(([name, text]) => {
      const sign = parseQuantity(text).sign();
      const value = Number(parseQuantity(text).scaledValue(0));
      return [
        ...(value < 0 ? [invalid(at.key(name), value, 'must be a valid resource quantity')] : []),
        ...(sign <= 0 ? [invalid(at.key(name), text, 'must be greater than zero')] : []),
      ];
    }),
  ];
}

const RECLAIM = ['Delete', 'Recycle', 'Retain'];

function reclaim(policy: string | undefined, isInline: boolean, path: Path): FieldError[] {
  if (!policy) return [];
  if (isInline) return policy === 'Retain' ? [] : [forbidden(path, 'may only be Retain in the context of inline volumes')];
  return RECLAIM.includes(policy) ? [] : [notSupported(path, policy, RECLAIM)];
}

function affinity({ nodeAffinity }: Spec, isInline: boolean, allowInvalid: boolean, path: Path): FieldError[] {
  if (!nodeAffinity) return [];
  if (isInline) return [inlineForbidden(path)];
  return nodeAffinity.required
    ? nodeSelector(nodeAffinity.required, allowInvalid, path.child('required'))
    : [required(path.child('required'), 'must specify required node constraints')];
}

function classes(spec: Spec, isInline: boolean, path: Path): FieldError[] {
  const { storageClassName, volumeMode, volumeAttributesClassName: attributes } = spec;
  const [classPath, modePath, attributesPath] = [
    path.child('storageClassName'),
    path.child('volumeMode'),
    path.child('volumeAttributesClassName'),
  ];
  const errors = storageClassName ? (isInline ? [inlineForbidden(classPath)] : className(storageClassName, classPath)) : [];
  if (volumeMode !== undefined && isInline && volumeMode !== 'Filesystem')
    errors.push(forbidden(modePath, 'may not specify volumeMode other than Filesystem in the context of inline volumes'));
  if (volumeMode !== undefined && !isInline && !VOLUME_MODES.includes(volumeMode))
    errors.push(notSupported(modePath, volumeMode, VOLUME_MODES));
  if (attributes === undefined || isInline) return errors;
  errors.push(...(attributes === '' ? [required(attributesPath, 'an empty string is disallowed')] : className(attributes, attributesPath)));
  return spec.csi ? errors : [...errors, required(path.child('csi'), 'has to be specified when using volumeAttributesClassName')];
}

interface Options {
  readonly isInline?: boolean;
  readonly allowInvalidAffinity?: boolean;
}

/** Also for volumes that stand in a VolumeAttachment. */
export function validatePersistentVolumeSpec(
  spec: Spec,
  name: string,
  path: Path,
  { isInline = false, allowInvalidAffinity = false }: Options = {},
): FieldError[] {
  const wipesHost = spec.hostPath && isRoot(spec.hostPath.path) && spec.persistentVolumeReclaimPolicy === 'Recycle';
  const inline = [
    ...(spec.claimRef ? [inlineForbidden(path.child('claimRef'))] : []),
    ...(Object.keys(spec.capacity ?? {}).length > 0 ? [inlineForbidden(path.child('capacity'))] : []),
    ...(spec.csi ? [] : [required(path.child('csi'), 'has to be specified in the context of inline volumes')]),
  ];
  return [
    ...(isInline ? inline : []),
    ...accessModes(spec.accessModes, path.child('accessModes'), ''),
    ...exclusiveAccessMode(spec.accessModes, path.child('accessModes')),
    ...(isInline ? [] : capacity(spec, path)),
    ...reclaim(spec.persistentVolumeReclaimPolicy, isInline, path.child('persistentVolumeReclaimPolicy')),
    ...affinity(spec, isInline, allowInvalidAffinity, path.child('nodeAffinity')),
    ...source(spec, path, { name, hasAffinity: !isInline && spec.nodeAffinity !== undefined }),
    ...(wipesHost ? [forbidden(path.child('persistentVolumeReclaimPolicy'), "may not be 'recycle' for a hostPath mount of '/'")] : []),
    ...classes(spec, isInline, path),
  ];
}

const MOUNTABLE = [
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'nfs',
  'rbd',
  'quobyte',
  'iscsi',
  'cinder',
  'cephfs',
  'azureFile',
  'vsphereVolume',
  'azureDisk',
  'photonPersistentDisk',
] as const;
const MOUNT_OPTIONS = 'volume.beta.kubernetes.io/mount-options';

function mountOptions({ metadata, spec }: PersistentVolume): FieldError[] {
  const isWrong = metadata.annotations?.[MOUNT_OPTIONS] !== undefined && !MOUNTABLE.some((f) => spec[f] !== undefined);
  return isWrong
    ? [forbidden(Path.of('metadata', 'annotations', MOUNT_OPTIONS), 'may not specify mount options for this volume type')]
    : [];
}

const SPEC = Path.of('spec');

export function validatePersistentVolumeAndPlugin(pv: PersistentVolume): ErrorList {
  return [...validatePersistentVolumeSpec(pv.spec, pv.metadata.name, SPEC), ...mountOptions(pv)];
}

const sourceOf = (spec: Spec): object =>
  Object.fromEntries(SOURCES.filter((s) => spec[s.field] !== undefined).map((s) => [s.field, spec[s.field]]));

/** The secret for expansion may be added later. */
function withoutNewSecret(spec: Spec, old: Spec): Spec {
  const isAdded = old.csi && !old.csi.controllerExpandSecretRef && spec.csi?.controllerExpandSecretRef;
  if (!isAdded || !spec.csi) return spec;
  const { controllerExpandSecretRef: _added, ...rest } = spec.csi;
  return { ...spec, csi: rest };
}

function sourceUpdate(spec: Spec, old: Spec): FieldError[] {
  const [next, before] = [sourceOf(withoutNewSecret(spec, old)), sourceOf(old)];
  if (semanticEqual(next, before)) return [];
  return [
    forbidden(
      Path.of('spec', 'persistentvolumesource'),
      `spec.persistentvolumesource is immutable after creation\n${specDiff('PersistentVolumeSource', before, next)}`,
    ),
  ];
}

function hadInvalidAffinity(old: Spec): boolean {
  const strict = old.nodeAffinity?.required;
  return strict !== undefined && nodeSelector(strict, false, SPEC).length > 0 && nodeSelector(strict, true, SPEC).length === 0;
}

export function validatePersistentVolumeUpdate(pv: PersistentVolume, old: PersistentVolume, _ctx: RequestContext, metadata: MetadataErrors): ErrorList {
  const own = validatePersistentVolumeSpec(pv.spec, pv.metadata.name, SPEC, { allowInvalidAffinity: hadInvalidAffinity(old.spec) });
  const lostAttributes = old.spec.volumeAttributesClassName !== undefined && pv.spec.volumeAttributesClassName === undefined;
  return [
    ...metadata.whole(),
    ...own,
    ...mountOptions(pv),
    ...metadata.whole(),
    ...own,
    ...sourceUpdate(pv.spec, old.spec),
    ...immutable(pv.spec.volumeMode, old.spec.volumeMode, Path.of('volumeMode')),
    ...persistentVolumeNodeAffinityChange(pv.spec.nodeAffinity, old.spec.nodeAffinity, Path.of('nodeAffinity')),
    ...(lostAttributes ? [forbidden(SPEC.child('volumeAttributesClassName'), 'update from non-nil value to nil is forbidden')] : []),
  ];
}

export const validatePersistentVolumeStatusUpdate = ({ metadata }: PersistentVolume): ErrorList =>
  metadata.resourceVersion ? [] : [required(Path.of('resourceVersion'))];

/** An absolute path that leads back to the root: `/`, `//`, `/a/..`. */
function isRoot(path: string): boolean {
  let depth = 0;
  for (const part of path.split('/')) {
    if (part === '..') depth = Math.max(0, depth - 1);
    else if (part !== '' && part !== '.') depth++;
  }
  return path.startsWith('/') && depth === 0;
}
