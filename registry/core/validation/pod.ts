/** Pods: creation and the few changes an update may make. Behaves like upstream pkg/apis/core/validation/validation.go (ValidatePodCreate, ValidatePodUpdate). */
import type { Container, Pod, PodSpec, Toleration } from '../../../apimachinery/types/core.gen.ts';
import { isUnchanged } from '../../../apimachinery/equality.ts';
import { forbidden, invalid, located, NOTHING, Path, required, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { semanticEqual } from '../equality.ts';
import { validateTolerations } from './affinity.ts';
import { trimmedImage } from './container.ts';
import { inclusiveRange } from './format.ts';
import { changedNodeSelection } from './node-selection-update.ts';
import { appArmorOnCreate, podAnnotationUpdates, podAnnotations, seccompOnCreate } from './pod-annotations.ts';
import { allowsInvalidDeletionCost, podOptions, type PodOptions } from './pod-options.ts';
import { subdomain, validatePodSpec } from './pod-spec.ts';
import { specDiff } from './spec-diff.ts';

const SPEC = Path.of('spec');
const ANNOTATIONS = Path.of('metadata', 'annotations');
const MAX_INT32 = 2147483647;

function tokenVolumes({ serviceAccountName, volumes }: PodSpec, path: Path, errors: FieldError[]): void {
  if (serviceAccountName) return;
  volumes?.forEach((v, i) =>
    v.projected?.sources?.forEach((s, j) => {
      if (s.serviceAccountToken)
        errors.push(
          forbidden(
            path.child('volumes').index(i).child('projected', 'sources').index(j).child('serviceAccountToken'),
            'must not be specified when serviceAccountName is not set',
          ),
        );
    }),
  );
}

/** `path`: of the whole pod. */
function podErrors({ spec, metadata }: Pod, path: Path, options: PodOptions): FieldError[] {
  const at = path.child('spec');
  const errors = podAnnotations(metadata.annotations, spec, path.child('metadata', 'annotations'), options.allowInvalidDeletionCost);
  validatePodSpec(spec, metadata, at, options, errors);
  tokenVolumes(spec, at, errors);
  spec.containers?.forEach((c, i) => trimmedImage(c, at.child('containers').index(i), errors));
  spec.initContainers?.forEach((c, i) => trimmedImage(c, at.child('initContainers').index(i), errors));
  return errors;
}

/** All but the object metadata. */
export const validatePod = (pod: Pod, options: PodOptions): ErrorList => located(Path.ROOT, (path) => podErrors(pod, path, options));

export const validatePodCreate = (pod: Pod): ErrorList => located(Path.ROOT, (path) => createErrors(pod, path));

function createErrors(pod: Pod, path: Path): FieldError[] {
  const { ephemeralContainers, nodeName, schedulingGates } = pod.spec;
  const at = path.child('spec');
  const errors = podErrors(pod, path, podOptions());
  if ((ephemeralContainers ?? NOTHING).length > 0) errors.push(forbidden(at.child('ephemeralContainers'), 'cannot be set on create'));
  if (nodeName && (schedulingGates ?? NOTHING).length > 0)
    errors.push(forbidden(at.child('nodeName'), 'cannot be set until all schedulingGates have been cleared'));
  seccompOnCreate(pod, at, errors);
  return appArmorOnCreate(pod, at, errors);
}

const UPDATABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

type Containers = readonly Container[] | null | undefined;

/** Undefined: the lists differ in length, and nothing else is looked at. */
function imageUpdates(next: Containers, old: Containers, path: Path): FieldError[] | undefined {
  if ((next ?? []).length !== (old ?? []).length) return undefined;
  return (next ?? []).flatMap((c, i) => [...(c.image ? [] : [required(path.index(i).child('image'))]), ...trimmedImage(c, path.index(i))]);
}

/** `stop`: nothing else is looked at. */
function deadlineUpdate(next: number | undefined, old: number | undefined): { errors: FieldError[]; stop: boolean } {
  const path = SPEC.child('activeDeadlineSeconds');
  if (next === undefined)
    return { errors: old === undefined ? [] : [invalid(path, null, 'must not update from a positive integer to nil value')], stop: false };
  if (next < 0 || next > MAX_INT32) return { errors: [invalid(path, next, inclusiveRange(0, MAX_INT32))], stop: true };
  return old !== undefined && old < next
    ? { errors: [invalid(path, next, 'must be less than or equal to previous value')], stop: true }
    : { errors: [], stop: false };
}

const withoutSeconds = ({ tolerationSeconds: _seconds, ...rest }: Toleration): object => rest;

function addedTolerations(next: readonly Toleration[] | undefined, old: readonly Toleration[] | undefined, path: Path): FieldError[] {
  const isKept = (t: Toleration): boolean => (next ?? []).some((n) => semanticEqual(withoutSeconds(n), withoutSeconds(t)));
  if (!(old ?? []).every(isKept)) return [forbidden(path, 'existing toleration can not be modified except its tolerationSeconds')];
  return validateTolerations(next, path);
}

function deletedGates({ schedulingGates: next }: PodSpec, { schedulingGates: old }: PodSpec): FieldError[] {
  const before = new Set((old ?? []).map((g) => g.name));
  return (next ?? []).flatMap((g, i) =>
    before.has(g.name)
      ? []
      : [
          forbidden(
            SPEC.child('schedulingGates').index(i).child('name'),
            `only deletion is allowed, but found new scheduling gate '${g.name}'`,
          ),
        ],
  );
}

/** The new spec with everything put back that may change. */
function munged(spec: PodSpec, old: PodSpec): PodSpec {
  const images = (next: Containers, before: Containers): Container[] =>
    (next ?? []).map((c, i) => ({ ...c, image: before?.[i]?.image ?? '' }));
  const result: PodSpec = { ...spec, containers: images(spec.containers, old.containers) };
  if (spec.initContainers) result.initContainers = images(spec.initContainers, old.initContainers);
  for (const field of ['activeDeadlineSeconds', 'schedulingGates', 'tolerations'] as const) {
    if (old[field] === undefined) delete result[field];
    else Object.assign(result, { [field]: old[field] });
  }
  const grace = old.terminationGracePeriodSeconds;
  if (grace !== undefined && grace < 0 && spec.terminationGracePeriodSeconds === 1) result.terminationGracePeriodSeconds = grace;
  return result;
}

function specUpdate(pod: Pod, old: Pod): FieldError[] {
  const next = munged(pod.spec, old.spec);
  const errors = (old.spec.schedulingGates ?? []).length > 0 ? changedNodeSelection(next, old.spec, SPEC) : [];
  if (semanticEqual(next, old.spec)) return errors;
  return [...errors, forbidden(SPEC, `pod updates may not change fields other than ${UPDATABLE}\n${specDiff('PodSpec', old.spec, next)}`)];
}

/** A spec that the update leaves alone is as right as when it was stored; but the name of its node came with a binding, which takes any. */
export function validatePodUpdate(pod: Pod, old: Pod): ErrorList {
  if (isUnchanged(pod.spec, old.spec)) {
    const lenient = allowsInvalidDeletionCost(old.metadata);
    const errors = podAnnotations(pod.metadata.annotations, pod.spec, ANNOTATIONS, lenient);
    subdomain(pod.spec.nodeName, SPEC.child('nodeName'), errors);
    return podAnnotationUpdates(pod, old, ANNOTATIONS, lenient, errors);
  }
  const options = podOptions(old);
  const errors = [...validatePod(pod, options), ...podAnnotationUpdates(pod, old, ANNOTATIONS, options.allowInvalidDeletionCost)];
  for (const field of ['containers', 'initContainers'] as const) {
    const images = imageUpdates(pod.spec[field], old.spec[field], SPEC.child(field));
    if (!images) return [...errors, forbidden(SPEC.child(field), 'pod updates may not add or remove containers')];
    errors.push(...images);
  }
  const deadline = deadlineUpdate(pod.spec.activeDeadlineSeconds, old.spec.activeDeadlineSeconds);
  errors.push(...deadline.errors);
  if (deadline.stop) return errors;
  errors.push(
    ...addedTolerations(pod.spec.tolerations, old.spec.tolerations, SPEC.child('tolerations')),
    ...deletedGates(pod.spec, old.spec),
  );
  return semanticEqual(pod.spec, old.spec) ? errors : [...errors, ...specUpdate(pod, old)];
}
