/** Annotations that mean something for pods. Behaves like upstream pkg/apis/core/validation/validation.go (ValidatePodSpecificAnnotations and updates). */
import type { Pod, PodSpec, SeccompProfile, Toleration } from '../../../apimachinery/types/core.gen.ts';
import { forbidden, invalid, joined, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { APPARMOR_PREFIX } from '../pods/apparmor.ts';
import { allContainers } from '../pods/containers.ts';
import { validateTolerations } from './affinity.ts';
import { goJson } from './json-text.ts';
import { descendingPath } from './paths.ts';
import { DELETION_COST, deletionCost, type Annotations } from './pod-deletion-cost.ts';

export const MIRROR = 'kubernetes.io/config.mirror';
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';

function seccompAnnotation(profile: string, path: Path): FieldError[] {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return [];
  if (profile.startsWith('localhost/')) return descendingPath(profile.slice('localhost/'.length), path);
  return [invalid(path, profile, 'must be a valid seccomp profile')];
}

function seccomp(annotations: Annotations, path: Path): FieldError[] {
  const ofPod = annotations?.[SECCOMP_POD];
  const ofContainers = Object.entries(annotations ?? {}).filter(([k]) => k.startsWith(SECCOMP_CONTAINER));
  return [
    ...(ofPod === undefined ? [] : seccompAnnotation(ofPod, path.child(SECCOMP_POD))),
    ...ofContainers.flatMap(([k, p]) => seccompAnnotation(p, path.child(k))),
  ];
}

function appArmor(annotations: Annotations, spec: PodSpec, path: Path): FieldError[] {
  const names = new Set(allContainers(spec).map((v) => v.container.name));
  return Object.entries(annotations ?? {}).flatMap(([key, profile]) => {
    if (!key.startsWith(APPARMOR_PREFIX)) return [];
    const container = key.slice(APPARMOR_PREFIX.length);
    const isKnown = ['', 'runtime/default', 'unconfined'].includes(profile) || profile.startsWith('localhost/');
    return [
      ...(names.has(container) ? [] : [invalid(path.key(key), container, 'container not found')]),
      ...(isKnown ? [] : [invalid(path.key(key), profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`)]),
    ];
  });
}

const TOLERATIONS = 'scheduler.alpha.kubernetes.io/tolerations';

/** From before tolerations had a field. */
function tolerations(annotations: Annotations, path: Path): FieldError[] {
  const text = annotations?.[TOLERATIONS];
  if (!text) return [];
  const { json, problem } = goJson<Toleration[]>(text, 'array', '[]core.Toleration');
  return problem === undefined ? validateTolerations(json, path.child(TOLERATIONS)) : [invalid(path, TOLERATIONS, problem)];
}

export function podAnnotations(annotations: Annotations, spec: PodSpec, path: Path, allowInvalidDeletionCost: boolean): FieldError[] {
  const mirror = annotations?.[MIRROR];
  const isWrongCost = !allowInvalidDeletionCost && deletionCost(annotations) === undefined;
  return joined(
    mirror !== undefined && !spec.nodeName
      ? [invalid(path.key(MIRROR), mirror, 'must set spec.nodeName if mirror pod annotation is set')]
      : [],
    tolerations(annotations, path),
    isWrongCost ? [invalid(path.key(DELETION_COST), annotations?.[DELETION_COST], 'must be a 32bit integer')] : [],
    seccomp(annotations, path),
    appArmor(annotations, spec, path),
  );
}

export function podAnnotationUpdates(pod: Pod, old: Pod, path: Path, allowInvalidDeletionCost: boolean): FieldError[] {
  const now = pod.metadata.annotations ?? {};
  const before = old.metadata.annotations ?? {};
  const what = (key: string): string | undefined =>
    key.startsWith(APPARMOR_PREFIX) ? 'AppArmor annotations' : key === MIRROR ? 'mirror pod annotation' : undefined;
  const changed = Object.keys(before).filter((k) => now[k] !== before[k] && what(k));
  const added = Object.keys(now).filter((k) => before[k] === undefined && what(k));
  return joined(
    changed.map((k) => forbidden(path.key(k), `may not remove or update ${what(k)}`)),
    added.map((k) => forbidden(path.key(k), `may not add ${what(k)}`)),
    podAnnotations(pod.metadata.annotations, pod.spec, path, allowInvalidDeletionCost),
  );
}

/** Both say it: then they must say the same. */
function seccompAgrees(annotation: string | undefined, p: SeccompProfile | undefined, path: Path): FieldError[] {
  if (annotation === undefined || !p) return [];
  const type = forbidden(path.child('type'), 'seccomp type in annotation and field must match');
  if (p.type === 'Unconfined') return annotation === 'unconfined' ? [] : [type];
  if (p.type === 'RuntimeDefault') return annotation === 'runtime/default' || annotation === 'docker/default' ? [] : [type];
  if (p.type !== 'Localhost') return [];
  if (!annotation.startsWith('localhost/')) return [type];
  return annotation.slice('localhost/'.length) === p.localhostProfile
    ? []
    : [forbidden(path.child('localhostProfile'), 'seccomp profile in annotation and field must match')];
}

export function seccompOnCreate({ metadata: { annotations }, spec }: Pick<Pod, 'metadata' | 'spec'>, path: Path): FieldError[] {
  return joined(
    seccompAgrees(annotations?.[SECCOMP_POD], spec.securityContext?.seccompProfile, path.child('securityContext', 'seccompProfile')),
    allContainers(spec).flatMap(({ container: c, path: at }) =>
      seccompAgrees(
        annotations?.[`${SECCOMP_CONTAINER}${c.name}`],
        c.securityContext?.seccompProfile,
        path.child(at, 'securityContext', 'seccompProfile'),
      ),
    ),
  );
}

export function appArmorOnCreate({ metadata: { annotations }, spec }: Pick<Pod, 'metadata' | 'spec'>, path: Path): FieldError[] {
  if (spec.os?.name === 'windows') return [];
  return allContainers(spec).flatMap(({ container: c, path: at }) => {
    const profile = c.securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile;
    const annotation = annotations?.[`${APPARMOR_PREFIX}${c.name}`];
    if (!profile || annotation === undefined) return [];
    const field = path.child(at, 'securityContext', 'appArmorProfile');
    const type = forbidden(field.child('type'), 'apparmor type in annotation and field must match');
    if (profile.type === 'Unconfined') return annotation === 'unconfined' ? [] : [type];
    if (profile.type === 'RuntimeDefault') return annotation === 'runtime/default' ? [] : [type];
    if (profile.type !== 'Localhost') return [];
    if (!annotation.startsWith('localhost/')) return [type];
    return annotation.slice('localhost/'.length) === profile.localhostProfile
      ? []
      : [forbidden(field.child('localhostProfile'), 'apparmor profile in annotation and field must match')];
  });
}
