/** The ephemeralcontainers subresource only adds. Behaves like upstream pkg/apis/core/validation/validation.go (ValidatePodEphemeralContainersUpdate). */
import type { Pod } from '../../../apimachinery/types/core.gen.ts';
import { forbidden, Path, type ErrorList } from '../../../apimachinery/validation/field.ts';
import { semanticEqual } from '../equality.ts';
import { MIRROR, podAnnotationUpdates } from './pod-annotations.ts';
import { podOptions } from './pod-options.ts';
import { validatePod } from './pod.ts';
import { specDiff } from './spec-diff.ts';

export function validateEphemeralContainersUpdate(pod: Pod, old: Pod): ErrorList {
  if (old.metadata.annotations?.[MIRROR] !== undefined)
    return [forbidden(Path.of('[]'), 'static pods do not support ephemeral containers')];
  const options = podOptions(old);
  const path = Path.of('spec', 'ephemeralContainers');
  const changed = (old.spec.ephemeralContainers ?? []).flatMap((before) => {
    const after = (pod.spec.ephemeralContainers ?? []).findLast((c) => c.name === before.name);
    const what = `existing ephemeral containers ${JSON.stringify(before.name)}`;
    if (!after) return [forbidden(path, `${what} may not be removed\n`)];
    return semanticEqual(before, after) ? [] : [forbidden(path, `${what} may not be changed\n${specDiff('EphemeralContainer', before, after)}`)];
  });
  return [
    ...validatePod(pod, options),
    ...podAnnotationUpdates(pod, old, Path.of('metadata', 'annotations'), options.allowInvalidDeletionCost),
    ...changed,
  ];
}
