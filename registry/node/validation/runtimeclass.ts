/** RuntimeClasses. Behaves like upstream pkg/apis/node/validation/validation.go. */
import type { Toleration } from '../../../apimachinery/types/core.gen.ts';
import type { RuntimeClass } from '../../../apimachinery/types/node.gen.ts';
import { duplicate, Path, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { validateTolerations } from '../../core/validation/affinity.ts';
import { validateResources } from '../../core/validation/container-resources.ts';
import { immutable, labels } from '../../core/validation/fields.ts';
import { each, nameIsDNSLabel } from '../../core/validation/format.ts';
import { podOptions } from '../../core/validation/pod-options.ts';
import type { RequestContext } from '../../generic/context.ts';
import type { MetadataErrors } from '../../generic/definition.ts';

const HANDLER = Path.of('handler');
const SCHEDULING = Path.of('scheduling');

/** How upstream prints its internal type. */
const internal = (t: Toleration): unknown => ({
  Key: t.key ?? '',
  Operator: t.operator ?? '',
  Value: t.value ?? '',
  Effect: t.effect ?? '',
  TolerationSeconds: t.tolerationSeconds ?? null,
});

function tolerations(list: readonly Toleration[] | undefined): FieldError[] {
  const path = SCHEDULING.child('tolerations');
  const keys = (list ?? []).map(({ key, operator, value, effect }) => JSON.stringify([key, operator, value, effect]));
  return [
    ...validateTolerations(list, path),
    ...(list ?? []).flatMap((t, i) => (keys.indexOf(keys[i] ?? '') < i ? [duplicate(path.index(i), internal(t))] : [])),
  ];
}

export function validateRuntimeClass({ handler, overhead, scheduling }: RuntimeClass): ErrorList {
  return [
    ...each(HANDLER, handler, nameIsDNSLabel(handler)),
    ...(overhead?.podFixed ? validateResources({ limits: overhead.podFixed }, new Set(), Path.of('overhead'), podOptions()) : []),
    ...(scheduling ? [...labels(scheduling.nodeSelector, SCHEDULING.child('nodeSelector')), ...tolerations(scheduling.tolerations)] : []),
  ];
}

export const validateRuntimeClassUpdate = (rc: RuntimeClass, old: RuntimeClass, _ctx: RequestContext, metadata: MetadataErrors): ErrorList => [
  ...metadata.whole(),
  ...validateRuntimeClass(rc),
  ...metadata.change(),
  ...immutable(rc.handler, old.handler, HANDLER),
];
