/** Projected volumes: several sources in one directory. Behaves like upstream pkg/apis/core/validation/validation.go (validateProjectionSources). */
import type {
  KeyToPath,
  ProjectedVolumeSource,
  ServiceAccountTokenProjection,
  VolumeProjection,
} from '../../../apimachinery/types/core.gen.ts';
import { forbidden, invalid, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { requiredText } from './fields.ts';
import { fileMode, nonReservedPath } from './paths.ts';
import type { PodOptions } from './pod-options.ts';
import { downwardFile, keyToPath } from './volume-sources.ts';

/** Notes a path; an error with `value` when another source has it. */
type Claim = (target: string, value: string) => FieldError[];

function keyed(
  source: { readonly name?: string; readonly items?: readonly KeyToPath[] } | undefined,
  path: Path,
  claim: Claim,
): FieldError[] {
  if (!source) return [];
  const items = path.child('items');
  return [
    ...requiredText(source.name, path.child('name')),
    ...(source.items ?? []).flatMap((item, i) => [
      ...keyToPath(item, items.index(i)),
      ...(item.path ? claim(item.path, source.name ?? '') : []),
    ]),
  ];
}

function token(source: ServiceAccountTokenProjection | undefined, volume: Path, path: Path, options: PodOptions): FieldError[] {
  if (!source) return [];
  const seconds = source.expirationSeconds ?? 0;
  const at = path.child('expirationSeconds');
  const errors: FieldError[] = [];
  if (seconds < 600) errors.push(invalid(at, seconds, 'may not specify a duration less than 10 minutes'));
  if (seconds > 2 ** 32) errors.push(invalid(at, seconds, 'may not specify a duration larger than 2^32 seconds'));
  if (!source.path) errors.push(required(volume.child('path')));
  else if (!options.allowNonLocalTokenPath) errors.push(...nonReservedPath(source.path, volume.child('path')));
  return errors;
}

function projection(source: VolumeProjection, volume: Path, path: Path, claim: Claim, options: PodOptions): FieldError[] {
  const downward = path.child('downwardAPI');
  const count = [
    source.secret,
    source.configMap,
    source.downwardAPI,
    source.serviceAccountToken,
    source.clusterTrustBundle,
    source.podCertificate,
  ].filter(Boolean).length;
  return [
    ...keyed(source.secret, path.child('secret'), claim),
    ...keyed(source.configMap, path.child('configMap'), claim),
    ...(source.downwardAPI?.items ?? []).flatMap((file) => [
      ...downwardFile(file, downward),
      ...(file.path ? claim(file.path, file.path) : []),
    ]),
    ...token(source.serviceAccountToken, volume, path.child('serviceAccountToken'), options),
    ...(count > 1 ? [forbidden(path, 'may not specify more than 1 volume type per source')] : []),
  ];
}

export function validateProjected(s: ProjectedVolumeSource, path: Path, options: PodOptions): FieldError[] {
  const paths = new Set<string>();
  const claim: Claim = (target, value) => {
    if (paths.has(target)) return [invalid(path, value, 'conflicting duplicate paths')];
    paths.add(target);
    return [];
  };
  const errors = (s.sources ?? []).flatMap((source, i) => projection(source, path, path.child('sources').index(i), claim, options));
  return [...fileMode(s.defaultMode, path.child('defaultMode')), ...errors];
}
