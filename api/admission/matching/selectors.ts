/** Whether the selectors of a webhook or a policy choose a request. Asked by ../webhook and ../policy. Behaves like upstream apiserver/pkg/admission/plugin/webhook/predicates/{namespace,object}. */
import { isNotFound, isStatusError, newInternalError, newNotFound } from '../../../apimachinery/errors.ts';
import { labelSelectorAsSelector, type LabelSelector, type Labels } from '../../../apimachinery/labels/selector.ts';
import type { Obj } from '../../../apimachinery/meta.ts';
import * as core from '../../../apimachinery/types/core.gen.ts';
import type { LabelSelector as MetaLabelSelector } from '../../../apimachinery/types/meta.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import type { Stores } from '../../../registry/generic/context.ts';
import type { Attributes } from '../interface.ts';

/** Upstream tells a failure only once the rules have matched: it is kept until then. */
export type Selected = boolean | Error;

export async function namespaceSelected(selector: LabelSelector | Error, a: Attributes, stores: Stores): Promise<Selected> {
  if (a.namespace === '' && a.resource.resource !== 'namespaces') return true;
  if (selector instanceof Error) return newInternalError(selector.message, selector);
  if (selector.isEmpty()) return true;
  try {
    return selector.matches(await namespaceLabels(a, stores));
  } catch (error) {
    if (isNotFound(error)) return error as Error;
    return isStatusError(error) ? newInternalError(error.message, error) : newInternalError(String(error), error);
  }
}

/** A namespace that is written brings its labels; one that is deleted has them in the store. */
async function namespaceLabels(a: Attributes, stores: Stores): Promise<Labels> {
  const isWrite = a.operation === 'CREATE' || a.operation === 'UPDATE';
  if (a.resource.resource === 'namespaces' && a.subresource === '' && isWrite) return labelsOf(a.object) ?? {};
  return (await namespaceNamed(a.namespace, stores)).metadata.labels ?? {};
}

/** Throws NotFound. */
export async function namespaceNamed(name: string, stores: Stores): Promise<DeepReadonly<core.Namespace>> {
  const key = { namespace: '', name };
  const namespace = stores.cached(core.Namespace).get(key) ?? (await stores.of(core.Namespace).get(key));
  if (!namespace) throw newNotFound({ group: '', resource: 'namespaces' }, name);
  return namespace;
}

/** An Error: it cannot be read. */
export function selectorOf(selector: DeepReadonly<MetaLabelSelector> | undefined): LabelSelector | Error {
  try {
    return labelSelectorAsSelector(selector);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Either object may have the labels. */
export function objectSelected(selector: LabelSelector | Error, object: DeepReadonly<Obj> | undefined, old: DeepReadonly<Obj> | undefined): Selected {
  if (selector instanceof Error) return newInternalError(selector.message, selector);
  if (selector.isEmpty()) return true;
  return [object, old].some((obj) => {
    const labels = labelsOf(obj);
    return labels !== undefined && selector.matches(labels);
  });
}

/** Undefined: it has no metadata (the options of a connection). */
function labelsOf(obj: DeepReadonly<Obj> | undefined): Labels | undefined {
  return obj?.metadata === undefined ? undefined : (obj.metadata.labels ?? {});
}
