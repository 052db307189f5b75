/** Verbs of subresources: views of the same object, actions, readings and connections. Behaves like upstream apiserver/pkg/endpoints/installer.go and handlers/rest.go (ConnectResource). */
import { newBadRequest } from '../../apimachinery/errors.ts';
import type { ApiResponse, MaybePromise } from '../../apimachinery/http.ts';
import { apiVersionOf, type Obj } from '../../apimachinery/meta.ts';
import { updateManaged } from '../../apimachinery/patch/apply/managed-fields.ts';
import { rfc3339 } from '../../component-base/clock.ts';
import type { Subresource, SubresourceContext } from '../../registry/generic/definition.ts';
import { ensureNamespace, wipeSystemFields } from '../../registry/generic/object-meta.ts';
import { admissionFor } from './admission.ts';
import { negotiated, objectAnswer } from './answer.ts';
import { inputMediaType } from './accept.ts';
import { bodyObject } from './body.ts';
import { get } from './get.ts';
import { patch } from './patch.ts';
import { scaleVerb } from './scale.ts';
import { contextOf, keyOfRequest, withDryRun, type Scope } from './scope.ts';
import { update } from './update.ts';
import { optionsObject } from './options-object.ts';
import { writeOptions, type WriteOptions } from './write-options.ts';

type Of<K extends Subresource['kind']> = Subresource & { readonly kind: K };

export function subresource(scope: Scope, verb: string, sub: Subresource): MaybePromise<ApiResponse> {
  switch (sub.kind) {
    case 'view':
      return view(scope, verb, sub);
    case 'scale':
      return scaleVerb(scope, verb, sub);
    case 'create':
      return action(scope, sub);
    case 'get':
      return reading(scope, sub);
    case 'connect':
      return connection(scope, sub);
  }
}

function view(scope: Scope, verb: string, sub: Of<'view'>): MaybePromise<ApiResponse> {
  if (verb === 'get') return get(scope);
  return verb === 'update' ? update(scope, sub.strategy) : patch(scope, sub.strategy);
}

/** eviction, binding, token: admission sees the body's own kind. */
async function action(scoped: Scope, sub: Of<'create'>): Promise<ApiResponse> {
  const answer = negotiated(scoped);
  inputMediaType(scoped.request);
  const options = writeOptions(scoped.request, 'CreateOptions');
  const scope = withDryRun(scoped, options.dryRun);
  const key = keyOfRequest(scope);
  const shape = { gvk: sub.input.gvk, schema: sub.input.schema, alsoAccepts: sub.alsoAccepts, setDefaults: scope.deps.registry.defaultsOf(sub.input.schema) };
  const body = await bodyObject(scope, options, shape);
  body.apiVersion = apiVersionOf(sub.input.gvk);
  if (!sub.keepsSystemFields) wipeSystemFields(body);
  ensureNamespace(body, key.namespace);
  trackAction(scope, options, sub, body);
  const admission = admissionFor(scope, { operation: 'CREATE', name: key.name, kind: sub.input.gvk, options: options.asObject('CreateOptions') });
  const admitted = (await admission.mutate(body)) ?? body;
  const result = await sub.run(key, admitted, inContext(scope, admission));
  return objectAnswer(scope, answer, (isStatus(result) ? { ...result, code: result['code'] ?? 201 } : result) as never, 201, sub.output);
}

const isStatus = (object: Obj): boolean => object.kind === 'Status' && object.apiVersion === 'v1';

/** Whoever posts owns what they posted, even where nothing is kept of it. */
function trackAction(scope: Scope, options: WriteOptions, sub: Of<'create'>, body: Obj): void {
  const apiVersion = apiVersionOf(sub.input.gvk);
  const now = rfc3339(scope.ctx.clock.now());
  updateManaged({ schemaFor: (v) => (v === apiVersion ? sub.input.schema : undefined) }, undefined, body, { manager: options.manager, subresource: scope.request.info.subresource, apiVersion, now });
}

function inContext(scope: Scope, admission: SubresourceContext['admission']): SubresourceContext {
  return Object.assign(contextOf(scope.deps, scope.request, scope.version, scope.ctx.dryRun), { admission });
}

function reading(scope: Scope, sub: Of<'get'>): Promise<ApiResponse> {
  const admission = admissionFor(scope, { operation: 'CONNECT', name: scope.request.info.name });
  return sub.run(keyOfRequest(scope), scope.request, inContext(scope, admission));
}

async function connection(scope: Scope, sub: Of<'connect'>): Promise<ApiResponse> {
  if (scope.request.info.query.has('dryRun')) throw newBadRequest('dryRun is not supported');
  const { name } = scope.request.info;
  const options: Obj = optionsObject(scope, sub.options, sub.pathTail);
  const admission = admissionFor(scope, { operation: 'CONNECT', name, kind: sub.options.gvk });
  const admitted = (await admission.mutate(options)) ?? options;
  await admission.validate(admitted as never);
  return sub.run(keyOfRequest(scope), scope.request, inContext(scope, admission));
}

