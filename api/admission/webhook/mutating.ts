/** Asks mutating webhooks one after the other; each sees what those before it made. Behaves like upstream apiserver/pkg/admission/plugin/webhook/mutating/dispatcher.go. */
import { jsonEqual } from '../../../apimachinery/equality.ts';
import { newInternalError } from '../../../apimachinery/errors.ts';
import type { GroupVersionKind, Obj } from '../../../apimachinery/meta.ts';
import { decodeManaged, ManagedFieldsError } from '../../../apimachinery/patch/apply/managed.ts';
import { encodeJson } from '../../../apimachinery/serializer/json.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import type { AdmissionDeps, Attributes } from '../interface.ts';
import { ConditionMetrics } from '../match-conditions.ts';
import type { Invocation, VersionedObjects } from '../matching/versions.ts';
import { gvkOf } from '../object-versions.ts';
import { Reinvocation } from '../reinvocation.ts';
import { ask } from './call.ts';
import type { Hook } from './hook.ts';
import { invocationOf } from './matching.ts';
import { WebhookMetrics } from './metrics.ts';
import { outcomeOf } from './outcome.ts';
import { patched } from './patching.ts';

const STEP = 'admit';

export async function mutate(hooks: readonly Hook[], a: Attributes, deps: AdmissionDeps): Promise<void> {
  const reinvocation = (a.reinvocation ??= new Reinvocation());
  reinvocation.notice(a.object);
  const metrics = WebhookMetrics.of(deps.metrics);
  const work = new Working(a, deps);
  const matching = { stores: deps.stores, versions: deps.versions, authorizer: deps.authorizer, metrics, conditions: ConditionMetrics.of(deps), step: STEP, inVersion: (kind: GroupVersionKind) => work.inVersion(kind), get current() { return work.objects; } } as const;
  for (const [index, hook] of hooks.entries()) {
    const invocation = await invocationOf(hook, a, matching);
    if (!invocation || !reinvocation.isToBeAsked(hook.uid)) continue;
    const place = `round_${reinvocation.isReinvoke ? 1 : 0}_index_${index}`;
    const asking = { hook, attributes: a, step: STEP, metrics, clock: deps.clock, log: deps.log, failedOpenKey: `failed-open.mutation.webhook.admission.k8s.io/${place}` } as const;
    let mutated = false;
    try {
      mutated = (await outcomeOf(asking, () => mutateOnce(hook, a, invocation, work, deps))) ?? false;
    } finally {
      a.ctx.annotate?.(`mutation.webhook.admission.k8s.io/${place}`, encodeJson({ configuration: hook.configuration, webhook: hook.name, mutated }));
      if (mutated) reinvocation.changed();
      if (hook.isReinvocable) reinvocation.invoked(hook.uid);
    }
  }
  await work.finish();
  reinvocation.remember(a.object);
}

/** Whether the object is another now. */
async function mutateOnce(hook: Hook, a: Attributes, invocation: Invocation, work: Working, deps: AdmissionDeps): Promise<boolean> {
  const objects = await work.inVersion(invocation.kind);
  const answer = await ask(hook, a, invocation, objects, true, deps);
  const result = patched(hook, answer, objects.object, invocation.kind, deps.versions.shapeOf(a.resource, a.subresource, invocation.kind));
  if (!result) return false;
  work.replace(result);
  return !jsonEqual(objects.object, result);
}

/** The object between webhooks that want it in different versions. */
class Working {
  readonly #attributes: Attributes;
  readonly #deps: AdmissionDeps;
  #objects: VersionedObjects;
  #isDirty = false;

  constructor(attributes: Attributes, deps: AdmissionDeps) {
    this.#attributes = attributes;
    this.#deps = deps;
    this.#objects = { object: attributes.object as DeepReadonly<Obj> | undefined, oldObject: attributes.oldObject };
  }

  get objects(): VersionedObjects {
    return this.#objects;
  }

  async inVersion(kind: GroupVersionKind): Promise<VersionedObjects> {
    try {
      const { object } = this.#objects;
      const { oldObject } = this.#attributes;
      return (this.#objects = { object: object && (await this.#converted(object, kind)), oldObject: oldObject && (await this.#converted(oldObject, kind)) });
    } catch (error) {
      throw newInternalError(error instanceof Error ? error.message : String(error), error);
    }
  }

  replace(object: Obj): void {
    this.#objects = { ...this.#objects, object: object as DeepReadonly<Obj> };
    this.#isDirty = true;
  }

  /** Puts what became of it into the request's own object. */
  async finish(): Promise<void> {
    const target = this.#attributes.object;
    const { object } = this.#objects;
    if (!this.#isDirty || !target || !object) return;
    const result = await this.#converted(object, gvkOf(target as DeepReadonly<Obj>));
    const before = target.metadata?.managedFields;
    for (const name of Object.keys(target)) delete target[name];
    Object.assign(target, result);
    keepManagedFieldsValid(target, before, this.#attributes);
  }

  #converted(object: DeepReadonly<Obj>, kind: GroupVersionKind): Promise<DeepReadonly<Obj>> {
    return this.#deps.versions.convert(this.#attributes.resource, object, kind, this.#attributes.ctx.signal);
  }
}

/** Managed fields that cannot be read are put back as they were. Behaves like upstream apiserver/pkg/endpoints/handlers/fieldmanager/admission.go. */
function keepManagedFieldsValid({ metadata }: Partial<Obj>, before: Obj['metadata']['managedFields'], { ctx }: Attributes): void {
  try {
    decodeManaged(metadata?.managedFields);
  } catch (error) {
    if (!(error instanceof ManagedFieldsError) || !metadata) throw error;
    if (before) metadata.managedFields = before;
    else delete metadata.managedFields;
    ctx.warnings.add(`.metadata.managedFields was in an invalid state after admission; this could be caused by an outdated mutating admission controller; please fix your requests: ${error.message}`);
  }
}
