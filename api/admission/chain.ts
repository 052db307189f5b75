/** Runs the enabled plug-ins for one request. Behaves like upstream apiserver/pkg/admission/chain.go. */
import type { MaybePromise } from '../../apimachinery/http.ts';
import type { GroupVersionResource, Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { RequestContext } from '../../registry/generic/context.ts';
import type { Admission } from '../../registry/generic/definition.ts';
import type { AdmissionDeps, AdmissionPlugin, AdmissionRequest, Attributes, NewAdmission, PluginInstance, Target } from './interface.ts';

interface Ready {
  readonly plugin: AdmissionPlugin;
  readonly instance: PluginInstance;
}

export interface ChainOptions {
  /** Those there are. */
  readonly plugins: readonly AdmissionPlugin[];
  /** Names that run, in order (./plugin-order.ts). */
  readonly enabled: readonly string[];
  /** Run behind all others that mutate, whatever is enabled: what the resource itself demands. */
  readonly always: readonly AdmissionPlugin[];
}

/** Two plug-ins of one name throw. */
export function newAdmissionChain(options: ChainOptions, deps: AdmissionDeps): NewAdmission {
  const byName = new Map<string, AdmissionPlugin>();
  for (const plugin of options.plugins) {
    if (byName.has(plugin.name)) throw new Error(`admission plug-in ${plugin.name} exists twice`);
    byName.set(plugin.name, plugin);
  }
  const enabled = options.enabled.map((name) => byName.get(name)).filter((p) => p !== undefined);
  const missing = options.enabled.filter((name) => !byName.has(name));
  if (missing.length > 0) deps.log.warn('these admission plug-ins are enabled but not built yet: they check nothing', { plugins: missing });
  const plans = new Plans([...enabled, ...options.always].map((plugin) => ({ plugin, instance: plugin.init(deps) })));
  return (request, ctx) => new ChainAdmission(plans.of(request), request, ctx);
}

/** Who is asked about one kind of write, in order. */
interface Plan {
  readonly admitting: readonly PluginInstance[];
  readonly validating: readonly PluginInstance[];
}

/** The plug-ins that concern an operation on a resource or subresource, found when it is first asked for. */
class Plans {
  readonly #ready: readonly Ready[];
  readonly #known = new WeakMap<GroupVersionResource, Map<string, Plan>>();

  constructor(ready: readonly Ready[]) {
    this.#ready = ready;
  }

  of(target: Target): Plan {
    let known = this.#known.get(target.resource);
    if (!known) this.#known.set(target.resource, (known = new Map()));
    const id = target.subresource === '' ? target.operation : `${target.operation} ${target.subresource}`;
    let plan = known.get(id);
    if (!plan) known.set(id, (plan = this.#make(target)));
    return plan;
  }

  #make(target: Target): Plan {
    const concerned = this.#ready.filter(({ plugin }) => plugin.handles(target.operation) && plugin.concerns?.(target) !== false).map(({ instance }) => instance);
    return { admitting: concerned.filter((instance) => instance.admit), validating: concerned.filter((instance) => instance.validate) };
  }
}

class ChainAdmission implements Admission {
  readonly #plan: Plan;
  readonly #request: AdmissionRequest;
  readonly #ctx: RequestContext;

  constructor(plan: Plan, request: AdmissionRequest, ctx: RequestContext) {
    this.#plan = plan;
    this.#request = request;
    this.#ctx = ctx;
  }

  mutate(obj: Obj | undefined, old?: DeepReadonly<Obj>): MaybePromise<Obj | undefined> {
    const pending = admitFrom(this.#plan.admitting, 0, attributesOf(this.#request, this.#ctx, obj, old));
    return pending ? pending.then(() => obj) : obj;
  }

  validate(obj: DeepReadonly<Obj> | undefined, old?: DeepReadonly<Obj>): MaybePromise<void> {
    return validateFrom(this.#plan.validating, 0, attributesOf(named(this.#request, obj), this.#ctx, obj as Obj | undefined, old));
  }
}

/** Stays synchronous as long as each answers at once. */
function admitFrom(instances: readonly PluginInstance[], start: number, attributes: Attributes): MaybePromise<void> {
  let at = start;
  do {
    while (at < instances.length) {
      const pending = instances[at++]?.admit?.(attributes);
      if (pending) return goOn(pending, admitFrom, instances, at, attributes);
    }
    at = 0;
  } while (attributes.reinvocation?.begin());
}

function validateFrom(instances: readonly PluginInstance[], start: number, attributes: Attributes): MaybePromise<void> {
  for (let at = start; at < instances.length; at++) {
    const pending = instances[at]?.validate?.(attributes);
    if (pending) return goOn(pending, validateFrom, instances, at + 1, attributes);
  }
}

function goOn(pending: Promise<void>, from: typeof admitFrom, instances: readonly PluginInstance[], at: number, attributes: Attributes): Promise<void> {
  return pending.then(() => from(instances, at, attributes));
}

/** By now a name has been made where one was to be made. */
function named(request: AdmissionRequest, obj: DeepReadonly<Obj> | undefined): AdmissionRequest {
  return request.operation === 'CREATE' && request.name === '' ? { ...request, name: obj?.metadata?.name ?? '' } : request;
}

function attributesOf(request: AdmissionRequest, ctx: RequestContext, object: Obj | undefined, oldObject: DeepReadonly<Obj> | undefined): Attributes {
  const { operation, kind, resource, subresource, namespace, name, options } = request;
  return { operation, kind, resource, subresource, namespace, name, options, object, oldObject, dryRun: ctx.dryRun, user: ctx.user, ctx, reinvocation: undefined };
}
