/** Annotations that mean something for pods. Behaves like upstream pkg/apis/core/validation/validation.go (ValidatePodSpecificAnnotations and updates). */
import type { AppArmorProfile, Pod, PodSpec, SeccompProfile, Toleration } from '../../../apimachinery/types/core.gen.ts';
import { forbidden, invalid, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { APPARMOR_PREFIX, SECCOMP_POD, SECCOMP_PREFIX, type Annotations } from '../pods/annotations.ts';
import { visitContainers } from '../pods/containers.ts';
import { validateTolerations } from './affinity.ts';
import { goJson } from './json-text.ts';
import { descendingPath } from './paths.ts';
import { DELETION_COST, deletionCost } from './pod-deletion-cost.ts';

export const MIRROR = 'kubernetes.io/config.mirror';
const LOCALHOST = 'localhost/';

const SECCOMP_PROFILES = ['runtime/default', 'docker/default', 'unconfined'];

function seccompAnnotation(profile: string, path: Path, errors: FieldError[]): void {
  if (SECCOMP_PROFILES.includes(profile)) return;
  if (profile.startsWith(LOCALHOST)) descendingPath(profile.slice(LOCALHOST.length), path, errors);
  else errors.push(invalid(path, profile, 'must be a valid seccomp profile'));
}

function seccomp(annotations: NonNullable<Annotations>, path: Path, errors: FieldError[]): void {
  const ofPod = annotations[SECCOMP_POD];
  if (ofPod !== undefined) seccompAnnotation(ofPod, path.child(SECCOMP_POD), errors);
  for (const key in annotations) if (key.startsWith(SECCOMP_PREFIX)) seccompAnnotation(annotations[key] as string, path.child(key), errors);
}

const APPARMOR_PROFILES = ['', 'runtime/default', 'unconfined'];

function appArmor(annotations: NonNullable<Annotations>, spec: PodSpec, path: Path, errors: FieldError[]): void {
  let names: Set<string> | undefined;
  for (const key in annotations) {
    if (!key.startsWith(APPARMOR_PREFIX)) continue;
    const container = key.slice(APPARMOR_PREFIX.length);
    const profile = annotations[key] as string;
    names ??= containerNames(spec);
    if (!names.has(container)) errors.push(invalid(path.key(key), container, 'container not found'));
    if (!APPARMOR_PROFILES.includes(profile) && !profile.startsWith(LOCALHOST))
      errors.push(invalid(path.key(key), profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`));
  }
}

function containerNames(spec: PodSpec): Set<string> {
  const names = new Set<string>();
  visitContainers(spec, (container) => names.add(container.name));
  return names;
}

const TOLERATIONS = 'scheduler.alpha.kubernetes.io/tolerations';

/** From before tolerations had a field. */
function tolerations(text: string, path: Path, errors: FieldError[]): void {
  const { json, problem } = goJson<Toleration[]>(text, 'array', '[]core.Toleration');
  if (problem === undefined) validateTolerations(json, path.child(TOLERATIONS), errors);
  else errors.push(invalid(path, TOLERATIONS, problem));
}

export function podAnnotations(
  annotations: Annotations,
  spec: PodSpec,
  path: Path,
  allowInvalidDeletionCost: boolean,
  errors: FieldError[] = [],
): FieldError[] {
  if (!annotations) return errors;
  const mirror = annotations[MIRROR];
  const older = annotations[TOLERATIONS];
  if (mirror !== undefined && !spec.nodeName) errors.push(invalid(path.key(MIRROR), mirror, 'must set spec.nodeName if mirror pod annotation is set'));
  if (older) tolerations(older, path, errors);
  if (!allowInvalidDeletionCost && deletionCost(annotations) === undefined)
    errors.push(invalid(path.key(DELETION_COST), annotations[DELETION_COST], 'must be a 32bit integer'));
  seccomp(annotations, path, errors);
  appArmor(annotations, spec, path, errors);
  return errors;
}

/** What an update may neither add, change nor remove. */
const fixed = (key: string): string | undefined =>
  key.startsWith(APPARMOR_PREFIX) ? 'AppArmor annotations' : key === MIRROR ? 'mirror pod annotation' : undefined;

export function podAnnotationUpdates(pod: Pod, old: Pod, path: Path, allowInvalidDeletionCost: boolean, errors: FieldError[] = []): FieldError[] {
  const now: Annotations = pod.metadata.annotations;
  const before: Annotations = old.metadata.annotations;
  if (now !== before) {
    for (const key in before) if (now?.[key] !== before[key] && fixed(key)) errors.push(forbidden(path.key(key), `may not remove or update ${fixed(key)}`));
    for (const key in now) if (before?.[key] === undefined && fixed(key)) errors.push(forbidden(path.key(key), `may not add ${fixed(key)}`));
  }
  return podAnnotations(now, pod.spec, path, allowInvalidDeletionCost, errors);
}

type OfPod = { readonly metadata: { readonly annotations?: Annotations }; readonly spec: PodSpec };

/** Annotation and field both say it: then they must say the same. */
export function seccompOnCreate({ metadata: { annotations }, spec }: OfPod, path: Path, errors: FieldError[] = []): FieldError[] {
  if (!annotations) return errors;
  const ofPod = spec.securityContext?.seccompProfile;
  if (ofPod) seccompAgrees(annotations[SECCOMP_POD], ofPod, path.child('securityContext', 'seccompProfile'), errors);
  visitContainers(spec, (c, field, i) => {
    const profile = c.securityContext?.seccompProfile;
    if (profile)
      seccompAgrees(annotations[`${SECCOMP_PREFIX}${c.name}`], profile, path.child(field).index(i).child('securityContext', 'seccompProfile'), errors);
  });
  return errors;
}

function seccompAgrees(annotation: string | undefined, p: SeccompProfile, path: Path, errors: FieldError[]): void {
  if (annotation === undefined || agrees(annotation, p, annotation === 'docker/default')) return;
  if (p.type === 'Localhost' && annotation.startsWith(LOCALHOST))
    errors.push(forbidden(path.child('localhostProfile'), 'seccomp profile in annotation and field must match'));
  else errors.push(forbidden(path.child('type'), 'seccomp type in annotation and field must match'));
}

/** Annotation and field both say it: then they must say the same. */
export function appArmorOnCreate({ metadata: { annotations }, spec }: OfPod, path: Path, errors: FieldError[] = []): FieldError[] {
  if (!annotations || spec.os?.name === 'windows') return errors;
  const ofPod = spec.securityContext?.appArmorProfile;
  visitContainers(spec, (c, field, i) => {
    const profile = c.securityContext?.appArmorProfile ?? ofPod;
    if (profile)
      appArmorAgrees(annotations[`${APPARMOR_PREFIX}${c.name}`], profile, path.child(field).index(i).child('securityContext', 'appArmorProfile'), errors);
  });
  return errors;
}

function appArmorAgrees(annotation: string | undefined, p: AppArmorProfile, path: Path, errors: FieldError[]): void {
  if (annotation === undefined || agrees(annotation, p, false)) return;
  if (p.type === 'Localhost' && annotation.startsWith(LOCALHOST))
    errors.push(forbidden(path.child('localhostProfile'), 'apparmor profile in annotation and field must match'));
  else errors.push(forbidden(path.child('type'), 'apparmor type in annotation and field must match'));
}

/** `isDefault`: by another name for the runtime's default. A type that is not known agrees with all: it is refused for itself. */
function agrees(annotation: string, { type, localhostProfile }: SeccompProfile | AppArmorProfile, isDefault: boolean): boolean {
  if (type === 'Unconfined') return annotation === 'unconfined';
  if (type === 'RuntimeDefault') return isDefault || annotation === 'runtime/default';
  return type !== 'Localhost' || (annotation.startsWith(LOCALHOST) && annotation.slice(LOCALHOST.length) === localhostProfile);
}
