/** Volumes of pods: exactly one source each. Behaves like upstream pkg/apis/core/validation/validation.go (ValidateVolumes, validateVolumeSource). */
import { parseQuantity } from '../../../apimachinery/quantity.ts';
import type { Volume } from '../../../apimachinery/types/core.gen.ts';
import { duplicate, forbidden, invalid, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { validateClaimTemplate } from './claim-template.ts';
import { PULL_POLICIES } from './container.ts';
import { dnsLabel, oneOf } from './fields.ts';
import { byteLength, nameIsDNSSubdomain } from './format.ts';
import { hostPathType, noBacksteps } from './paths.ts';
import type { PodOptions } from './pod-options.ts';
import { validateProjected } from './projected-volume.ts';
import * as sources from './volume-sources.ts';
import * as cloud from './volume-sources-cloud.ts';

export interface VolumeFacts {
  /** '' when the name is not known yet. */
  readonly podName: string;
  readonly options: PodOptions;
}

type Check = (v: Volume, path: Path, facts: VolumeFacts) => FieldError[];
interface Source {
  readonly field: keyof Volume;
  /** The name in paths, where it differs from the field's. */
  readonly at?: string;
  /** The name in the path of the error of a second source. */
  readonly second?: string;
  readonly check: Check;
}

const of = <K extends keyof Volume>(
  field: K,
  check: (source: NonNullable<Volume[K]>, path: Path, facts: VolumeFacts) => FieldError[],
  names: { at?: string; second?: string } = {},
): Source => ({
  field,
  ...names,
  check: (v, path, facts) => {
    const source = v[field];
    return source === undefined || source === null ? [] : check(source as NonNullable<Volume[K]>, path, facts);
  },
});

/** In the order in which the first one found counts. */
const SOURCES: readonly Source[] = [
  of('emptyDir', (s, path) =>
    s.sizeLimit !== undefined && parseQuantity(s.sizeLimit).sign() < 0
      ? [forbidden(path.child('sizeLimit'), 'SizeLimit field must be a valid resource quantity')]
      : [],
  ),
  of('hostPath', (s, path) =>
    s.path ? [...noBacksteps(s.path, path.child('path')), ...hostPathType(s.type, path.child('type'))] : [required(path.child('path'))],
  ),
  of('gitRepo', sources.gitRepo),
  of('gcePersistentDisk', cloud.gcePersistentDisk, { at: 'persistentDisk' }),
  of('awsElasticBlockStore', cloud.awsElasticBlockStore),
  of('secret', sources.secret),
  of('nfs', sources.nfs),
  of('iscsi', sources.iscsi),
  of('glusterfs', sources.glusterfs),
  of('flocker', sources.flocker),
  of('persistentVolumeClaim', (s, path) => (s.claimName ? [] : [required(path.child('claimName'))])),
  of('rbd', sources.rbd),
  of('cinder', cloud.cinder),
  of('cephfs', sources.cephfs, { second: 'cephFS' }),
  of('quobyte', sources.quobyte),
  of('downwardAPI', sources.downwardAPI, { second: 'downwarAPI' }),
  of('fc', sources.fc),
  of('flexVolume', sources.flexVolume),
  of('configMap', sources.configMap),
  of('azureFile', cloud.azureFile),
  of('vsphereVolume', cloud.vsphereVolume),
  of('photonPersistentDisk', cloud.photonPersistentDisk),
  of('portworxVolume', cloud.portworxVolume),
  of('azureDisk', cloud.azureDisk),
  of('storageos', cloud.storageos),
  of('projected', (s, path, { options }) => validateProjected(s, path, options)),
  of('scaleIO', cloud.scaleIO),
  of('csi', sources.csi),
  of('ephemeral', (s, path) =>
    s.volumeClaimTemplate
      ? validateClaimTemplate(s.volumeClaimTemplate, path.child('volumeClaimTemplate'))
      : [required(path.child('volumeClaimTemplate'))],
  ),
  of('image', (s, path, { options }) => [
    ...(options.isPod && !s.reference ? [required(path.child('reference'))] : []),
    ...oneOf(s.pullPolicy, PULL_POLICIES, path.child('pullPolicy')),
  ]),
];

function source(v: Volume, path: Path, facts: VolumeFacts): FieldError[] {
  const errors: FieldError[] = [];
  let count = 0;
  for (const s of SOURCES) {
    if (v[s.field] === undefined || v[s.field] === null) continue;
    if (count > 0) errors.push(forbidden(path.child(s.second ?? s.field), 'may not specify more than 1 volume type'));
    else errors.push(...s.check(v, path.child(s.at ?? s.field), facts));
    if (s.field === 'iscsi') errors.push(...initiatorLength(v, path));
    if (s.field === 'ephemeral' && count === 0) errors.push(...claimName(v, path, facts));
    count++;
  }
  return count === 0 ? [...errors, required(path, 'must specify a volume type')] : errors;
}

const TOO_LONG = 'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';

function initiatorLength({ name, iscsi }: Volume, path: Path): FieldError[] {
  const isLong = iscsi?.initiatorName !== undefined && byteLength(`${name}:${iscsi.targetPortal}`) > 64;
  return isLong ? [invalid(path.child('name'), name, TOO_LONG)] : [];
}

function claimName({ name }: Volume, path: Path, { podName }: VolumeFacts): FieldError[] {
  if (podName === '' || name === '') return [];
  const claim = `${podName}-${name}`;
  return nameIsDNSSubdomain(claim).map((message) => invalid(path.child('name'), name, `PVC name ${JSON.stringify(claim)}: ${message}`));
}

/** The errors, and the volumes that may be mounted. */
export function validateVolumes(
  volumes: readonly Volume[] | undefined,
  path: Path,
  facts: VolumeFacts,
): { errors: FieldError[]; usable: Map<string, Volume> } {
  const usable = new Map<string, Volume>();
  const errors: FieldError[] = [];
  const created = new Set(facts.podName === '' ? [] : (volumes ?? []).filter((v) => v.ephemeral).map((v) => `${facts.podName}-${v.name}`));
  for (const [i, v] of (volumes ?? []).entries()) {
    const at = path.index(i);
    const own = source(v, at, facts);
    own.push(...(v.name ? dnsLabel(v.name, at.child('name')) : [required(at.child('name'))]));
    if (usable.has(v.name)) own.push(duplicate(at.child('name'), v.name));
    if (own.length === 0) usable.set(v.name, v);
    errors.push(...own);
    const claim = v.persistentVolumeClaim?.claimName;
    if (claim !== undefined && created.has(claim))
      errors.push(
        invalid(
          at.child('persistentVolumeClaim', 'claimName'),
          claim,
          'must not reference a PVC that gets created for an ephemeral volume',
        ),
      );
  }
  return { errors, usable };
}
