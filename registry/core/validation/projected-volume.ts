/** Projected volumes: several sources in one directory. Behaves like upstream pkg/apis/core/validation/validation.go (validateProjectionSources). */
import type {
  KeyToPath,
  ProjectedVolumeSource,
  ServiceAccountTokenProjection,
  VolumeProjection,
} from '../../../apimachinery/types/core.gen.ts';
import { forbidden, invalid, NOTHING, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { requiredText } from './fields.ts';
import { fileMode, nonReservedPath } from './paths.ts';
import type { PodOptions } from './pod-options.ts';
import { Seen } from './seen.ts';
import { downwardFile, keyToPath } from './volume-sources.ts';

/** Notes a path; an error with `value` when another source has it. */
type Claim = (target: string, value: string) => void;

type Keyed = { readonly name?: string; readonly items?: readonly KeyToPath[] };

function keyed(source: Keyed, path: Path, claim: Claim, errors: FieldError[]): void {
  requiredText(source.name, path.child('name'), errors);
  source.items?.forEach((item, i) => {
    keyToPath(item, path.child('items').index(i), errors);
    if (item.path) claim(item.path, source.name ?? '');
  });
}

function token(source: ServiceAccountTokenProjection, volume: Path, path: Path, options: PodOptions, errors: FieldError[]): void {
  const seconds = source.expirationSeconds ?? 0;
  const at = path.child('expirationSeconds');
  if (seconds < 600) errors.push(invalid(at, seconds, 'may not specify a duration less than 10 minutes'));
  if (seconds > 2 ** 32) errors.push(invalid(at, seconds, 'may not specify a duration larger than 2^32 seconds'));
  if (!source.path) errors.push(required(volume.child('path')));
  else if (!options.allowNonLocalTokenPath) nonReservedPath(source.path, volume.child('path'), errors);
}

const KINDS = ['secret', 'configMap', 'downwardAPI', 'serviceAccountToken', 'clusterTrustBundle', 'podCertificate'] as const;

function projection(source: VolumeProjection, volume: Path, path: Path, claim: Claim, options: PodOptions, errors: FieldError[]): void {
  if (source.secret) keyed(source.secret, path.child('secret'), claim, errors);
  if (source.configMap) keyed(source.configMap, path.child('configMap'), claim, errors);
  for (const file of source.downwardAPI?.items ?? NOTHING) {
    downwardFile(file, path.child('downwardAPI'), errors);
    if (file.path) claim(file.path, file.path);
  }
  if (source.serviceAccountToken) token(source.serviceAccountToken, volume, path.child('serviceAccountToken'), options, errors);
  let count = 0;
  for (const kind of KINDS) if (source[kind]) count++;
  if (count > 1) errors.push(forbidden(path, 'may not specify more than 1 volume type per source'));
}

export function validateProjected(s: ProjectedVolumeSource, path: Path, options: PodOptions, errors: FieldError[] = []): FieldError[] {
  fileMode(s.defaultMode, path.child('defaultMode'), errors);
  const paths = new Seen();
  const claim: Claim = (target, value) => {
    if (paths.again(target)) errors.push(invalid(path, value, 'conflicting duplicate paths'));
  };
  s.sources?.forEach((source, i) => projection(source, path, path.child('sources').index(i), claim, options, errors));
  return errors;
}
