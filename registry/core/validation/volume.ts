/** Volumes of pods: exactly one source each. Behaves like upstream pkg/apis/core/validation/validation.go (ValidateVolumes, validateVolumeSource). */
import { parseQuantity } from '../../../apimachinery/quantity.ts';
import type { Volume } from '../../../apimachinery/types/core.gen.ts';
import { duplicate, forbidden, invalid, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { validateClaimTemplate } from './claim-template.ts';
import { PULL_POLICIES } from './container.ts';
import { dnsLabel, oneOf, requiredText } from './fields.ts';
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

type Check<S> = (source: S, path: Path, errors: FieldError[], facts: VolumeFacts) => void;
interface Source {
  readonly field: keyof Volume;
  /** The name in paths, where it differs from the field's. */
  readonly at?: string;
  /** The name in the path of the error of a second source. */
  readonly second?: string;
  /** Of a volume that has this source. */
  check(v: Volume, path: Path, errors: FieldError[], facts: VolumeFacts): void;
}

const of = <K extends keyof Volume>(field: K, check: Check<NonNullable<Volume[K]>>, names: { at?: string; second?: string } = {}): Source => ({
  field,
  ...names,
  check: (v, path, errors, facts) => check(v[field] as NonNullable<Volume[K]>, path, errors, facts),
});

/** In the order in which the first one found counts. */
const SOURCES: readonly Source[] = [
  of('emptyDir', (s, path, errors) => {
    if (s.sizeLimit !== undefined && parseQuantity(s.sizeLimit).sign() < 0)
      errors.push(forbidden(path.child('sizeLimit'), 'SizeLimit field must be a valid resource quantity'));
  }),
  of('hostPath', (s, path, errors) => {
    if (!s.path) {
      errors.push(required(path.child('path')));
      return;
    }
    noBacksteps(s.path, path.child('path'), errors);
    hostPathType(s.type, path.child('type'), errors);
  }),
  of('gitRepo', sources.gitRepo),
  of('gcePersistentDisk', cloud.gcePersistentDisk, { at: 'persistentDisk' }),
  of('awsElasticBlockStore', cloud.awsElasticBlockStore),
  of('secret', sources.secret),
  of('nfs', sources.nfs),
  of('iscsi', sources.iscsi),
  of('glusterfs', sources.glusterfs),
  of('flocker', sources.flocker),
  of('persistentVolumeClaim', (s, path, errors) => requiredText(s.claimName, path.child('claimName'), errors)),
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
  of('storageos', (s, path, errors) => cloud.storageos(s, path, errors)),
  of('projected', (s, path, errors, { options }) => validateProjected(s, path, options, errors)),
  of('scaleIO', cloud.scaleIO),
  of('csi', sources.csi),
  of('ephemeral', (s, path, errors) => {
    const at = path.child('volumeClaimTemplate');
    if (s.volumeClaimTemplate) validateClaimTemplate(s.volumeClaimTemplate, at, errors);
    else errors.push(required(at));
  }),
  of('image', (s, path, errors, { options }) => {
    if (options.isPod) requiredText(s.reference, path.child('reference'), errors);
    oneOf(s.pullPolicy, PULL_POLICIES, path.child('pullPolicy'), errors);
  }),
];

const BY_FIELD = new Map<string, Source>(SOURCES.map((s) => [s.field, s]));

const has = (v: Volume, field: keyof Volume): boolean => v[field] !== undefined && v[field] !== null;

/** The only source that a volume has, as it should. */
function onlySource(v: Volume): Source | undefined {
  let only: Source | undefined;
  for (const field in v) {
    const source = BY_FIELD.get(field);
    if (!source || !has(v, source.field)) continue;
    if (only) return undefined;
    only = source;
  }
  return only;
}

function source(v: Volume, path: Path, errors: FieldError[], facts: VolumeFacts): void {
  const only = onlySource(v);
  if (only) {
    checkSource(only, v, path, errors, facts);
    return;
  }
  const given = SOURCES.filter((s) => has(v, s.field));
  if (given.length === 0) errors.push(required(path, 'must specify a volume type'));
  given.forEach((s, i) => {
    if (i === 0) checkSource(s, v, path, errors, facts);
    else {
      errors.push(forbidden(path.child(s.second ?? s.field), 'may not specify more than 1 volume type'));
      if (s.field === 'iscsi') initiatorLength(v, path, errors);
    }
  });
}

function checkSource(s: Source, v: Volume, path: Path, errors: FieldError[], facts: VolumeFacts): void {
  s.check(v, path.child(s.at ?? s.field), errors, facts);
  if (s.field === 'iscsi') initiatorLength(v, path, errors);
  if (s.field === 'ephemeral') claimName(v, path, errors, facts);
}

const TOO_LONG = 'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';

function initiatorLength({ name, iscsi }: Volume, path: Path, errors: FieldError[]): void {
  if (iscsi?.initiatorName !== undefined && byteLength(`${name}:${iscsi.targetPortal}`) > 64) errors.push(invalid(path.child('name'), name, TOO_LONG));
}

function claimName({ name }: Volume, path: Path, errors: FieldError[], { podName }: VolumeFacts): void {
  if (podName === '' || name === '') return;
  const claim = `${podName}-${name}`;
  for (const message of nameIsDNSSubdomain(claim)) errors.push(invalid(path.child('name'), name, `PVC name ${JSON.stringify(claim)}: ${message}`));
}

/** Returns the volumes that may be mounted: those that are right. */
export function validateVolumes(volumes: readonly Volume[], path: Path, facts: VolumeFacts, errors: FieldError[]): Map<string, Volume> {
  const usable = new Map<string, Volume>();
  const created = createdClaims(volumes, facts.podName);
  for (let i = 0; i < volumes.length; i++) {
    const v = volumes[i] as Volume;
    const at = path.index(i);
    const before = errors.length;
    source(v, at, errors, facts);
    if (v.name) dnsLabel(v.name, at.child('name'), errors);
    else errors.push(required(at.child('name')));
    if (usable.has(v.name)) errors.push(duplicate(at.child('name'), v.name));
    if (errors.length === before) usable.set(v.name, v);
    const claim = v.persistentVolumeClaim?.claimName;
    if (claim !== undefined && created?.has(claim))
      errors.push(
        invalid(at.child('persistentVolumeClaim', 'claimName'), claim, 'must not reference a PVC that gets created for an ephemeral volume'),
      );
  }
  return usable;
}

/** The claims made for the ephemeral volumes of this pod. */
function createdClaims(volumes: readonly Volume[], podName: string): ReadonlySet<string> | undefined {
  if (podName === '' || !volumes.some((v) => v.ephemeral)) return undefined;
  return new Set(volumes.filter((v) => v.ephemeral).map((v) => `${podName}-${v.name}`));
}
