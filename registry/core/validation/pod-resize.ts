/** The resize subresource changes cpu and memory. Behaves like upstream pkg/apis/core/validation/validation.go (ValidatePodResize). */
import type { Container, Pod, ResourceRequirements } from '../../../apimachinery/types/core.gen.ts';
import { forbidden, invalid, Path, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { semanticEqual } from '../equality.ts';
import { isRestartableInit } from '../pods/containers.ts';
import { podQOS } from '../pods/qos.ts';
import { MIRROR } from './pod-annotations.ts';
import { podOptions } from './pod-options.ts';
import { validatePod } from './pod.ts';

const SPEC = Path.of('spec');
/** How upstream prints the path of the whole pod. */
const WHOLE = Path.of('[]');
type List = Readonly<Record<string, string>> | undefined;

function whyNever(old: Pod): string | undefined {
  if (old.metadata.annotations?.[MIRROR] !== undefined) return 'static pods cannot be resized';
  return old.spec.os?.name === 'windows' ? 'windows pods cannot be resized' : undefined;
}

/** The first running container tells whether the kubelet reports resources. */
function isSupported({ status }: Pod): boolean {
  const running = (status.containerStatuses ?? []).find((c) => c.state?.running);
  return running === undefined || running.resources !== undefined;
}

const hasPodLevel = ({ spec: { resources: r } }: Pod): boolean =>
  Object.keys(r?.requests ?? {}).length + Object.keys(r?.limits ?? {}).length > 0;

function ordering(pod: Pod, old: Pod): FieldError[] {
  return (['containers', 'initContainers'] as const).flatMap((field) => {
    const [next, before] = [pod.spec[field] ?? [], old.spec[field] ?? []];
    if (next.length !== before.length) return [forbidden(SPEC.child(field), `${field} may not be added or removed on resize`)];
    return before.flatMap((c, i) =>
      next[i]?.name === c.name
        ? []
        : [forbidden(SPEC.child(field).index(i).child('name'), `${field} may not be renamed or reordered on resize`)],
    );
  });
}

const lost = (next: List, old: List): boolean => Object.keys(old ?? {}).some((name) => next?.[name] === undefined);

function removed(next: ResourceRequirements | undefined, old: ResourceRequirements | undefined, path: Path): FieldError[] {
  return [
    ...(lost(next?.requests, old?.requests) ? [forbidden(path.child('requests'), 'resource requests cannot be removed')] : []),
    ...(lost(next?.limits, old?.limits) ? [forbidden(path.child('limits'), 'resource limits cannot be removed')] : []),
  ];
}

function withOldCompute(next: List, old: List): List {
  const { cpu: _c, memory: _m, ...rest } = next ?? {};
  const merged = {
    ...rest,
    ...(old?.['cpu'] !== undefined && { cpu: old['cpu'] }),
    ...(old?.['memory'] !== undefined && { memory: old['memory'] }),
  };
  return Object.keys(merged).length > 0 ? merged : undefined;
}

/** Whether anything but cpu and memory differs. */
function differs(next: Container, old: Container | undefined): boolean {
  const limits = withOldCompute(next.resources?.limits, old?.resources?.limits);
  const requests = withOldCompute(next.resources?.requests, old?.resources?.requests);
  return !semanticEqual({ ...next, resources: { ...(limits && { limits }), ...(requests && { requests }) } }, old);
}

function containerChanges(pod: Pod, old: Pod): FieldError[] {
  const init = old.spec.initContainers ?? [];
  return [
    ...init.flatMap((c, i) =>
      isRestartableInit(c)
        ? removed(pod.spec.initContainers?.[i]?.resources, c.resources, SPEC.child('initContainers').index(i).child('resources'))
        : [],
    ),
    ...(old.spec.containers ?? []).flatMap((c, i) =>
      removed(pod.spec.containers?.[i]?.resources, c.resources, SPEC.child('containers').index(i).child('resources')),
    ),
    ...(pod.spec.containers ?? []).flatMap((c, i) =>
      differs(c, old.spec.containers?.[i]) ? [forbidden(SPEC, 'only cpu and memory resources are mutable')] : [],
    ),
    ...(pod.spec.initContainers ?? []).flatMap((c, i) => {
      if (isRestartableInit(c))
        return differs(c, init[i]) ? [forbidden(SPEC, 'only cpu and memory resources for sidecar containers are mutable')] : [];
      return semanticEqual(c, init[i]) ? [] : [forbidden(SPEC, 'resources for non-sidecar init containers are immutable')];
    }),
  ];
}

const withoutContainers = ({ containers: _c, initContainers: _i, ...rest }: Pod['spec']): object => rest;

export function validatePodResize(pod: Pod, old: Pod): ErrorList {
  const never = whyNever(old);
  if (never) return [forbidden(WHOLE, never)];
  const errors = [...validatePod(pod, podOptions(old))];
  if (podQOS(old.spec) !== podQOS(pod.spec))
    errors.push(invalid(SPEC, pod.status.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing'));
  if (!isSupported(old)) errors.push(forbidden(SPEC, 'Pod running on node without support for resize'));
  if (hasPodLevel(pod) || hasPodLevel(old)) {
    return [
      ...errors,
      forbidden(
        WHOLE,
        'resize of pods with pod-level resources is forbidden when InPlacePodLevelResourcesVerticalScalingEnabled feature gate is disabled',
      ),
    ];
  }
  const order = ordering(pod, old);
  if (order.length > 0) return [...errors, ...order];
  errors.push(...containerChanges(pod, old));
  if (errors.length > 0 || semanticEqual(withoutContainers(pod.spec), withoutContainers(old.spec))) return errors;
  return [forbidden(SPEC, 'only cpu and memory resources are mutable')];
}
