/** Runs the enabled plug-ins for one request. Behaves like upstream apiserver/pkg/admission/chain.go. */
import type { Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { RequestContext } from '../../registry/generic/context.ts';
import type { AdmissionDeps, AdmissionPlugin, AdmissionRequest, Attributes, NewAdmission, Operation, PluginInstance } from './interface.ts';

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
  const ready = [...enabled, ...options.always].map((plugin) => ({ plugin, instance: plugin.init(deps) }));
  const mutating = byOperation(ready.filter(({ instance }) => instance.admit));
  const validating = byOperation(ready.filter(({ instance }) => instance.validate));
  return (request, ctx) => ({
    async mutate(obj, old) {
      const attributes = attributesOf(request, ctx, obj, old);
      do {
        for (const { instance } of mutating[request.operation]) {
          const pending = instance.admit?.(attributes);
          if (pending) await pending;
        }
      } while (attributes.reinvocation?.begin());
      return obj;
    },
    async validate(obj, old) {
      const attributes = attributesOf(named(request, obj), ctx, obj as Obj | undefined, old);
      for (const { instance } of validating[request.operation]) {
        const pending = instance.validate?.(attributes);
        if (pending) await pending;
      }
    },
  });
}

/** By now a name has been made where one was to be made. */
function named(request: AdmissionRequest, obj: DeepReadonly<Obj> | undefined): AdmissionRequest {
  return request.operation === 'CREATE' && request.name === '' ? { ...request, name: obj?.metadata?.name ?? '' } : request;
}

function byOperation(ready: readonly Ready[]): Readonly<Record<Operation, readonly Ready[]>> {
  const of = (operation: Operation): readonly Ready[] => ready.filter(({ plugin }) => plugin.handles(operation));
  return { CREATE: of('CREATE'), UPDATE: of('UPDATE'), DELETE: of('DELETE'), CONNECT: of('CONNECT') };
}

function attributesOf(request: AdmissionRequest, ctx: RequestContext, object: Obj | undefined, oldObject: DeepReadonly<Obj> | undefined): Attributes {
  const { operation, kind, resource, subresource, namespace, name, options } = request;
  return { operation, kind, resource, subresource, namespace, name, options, object, oldObject, dryRun: ctx.dryRun, user: ctx.user, ctx, reinvocation: undefined };
}
