/** Applies what a mutating webhook wants changed. Behaves like upstream apiserver/pkg/admission/plugin/webhook/mutating/dispatcher.go (callAttrMutatingHook). */
import { newInternalError } from '../../../apimachinery/errors.ts';
import { goQuote } from '../../../apimachinery/go-text.ts';
import { apiVersionOf, type GroupVersionKind, type Obj } from '../../../apimachinery/meta.ts';
import { applyJsonPatch, decodeJsonPatch, type JsonPatchOperation } from '../../../apimachinery/patch/json.ts';
import { decodeObject } from '../../../apimachinery/schema/normalise.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { deepCopy } from '../../../registry/generic/deep-copy.ts';
import type { Shape } from '../object-versions.ts';
import { CallingWebhookError } from './errors.ts';
import { quotedName, type Hook } from './hook.ts';
import type { ReviewAnswer } from './review.ts';

/** The patched object with its defaults; undefined: nothing is to be changed. */
export function patched(hook: Hook, { patch, patchType }: ReviewAnswer, object: DeepReadonly<Obj> | undefined, kind: GroupVersionKind, shape: Shape | undefined): Obj | undefined {
  if (!patch) return undefined;
  const operations = operationsIn(hook, patch);
  if (operations.length === 0) return undefined;
  if (!object || !shape) throw newInternalError(`admission webhook ${quotedName(hook)} attempted to modify the object, which is not supported for this operation`);
  if (patchType !== 'JSONPatch') throw new CallingWebhookError(hook, `unsupported patch type ${goQuote(patchType)}`, 400);
  const result = typed(applied(object, operations), kind, shape);
  shape.setDefaults(result);
  return result;
}

function operationsIn(hook: Hook, patch: Uint8Array): readonly JsonPatchOperation[] {
  try {
    return decodeJsonPatch(patch, false).operations;
  } catch (error) {
    throw new CallingWebhookError(hook, `received undecodable patch in webhook response: ${reasonOf(error)}`, 503, error);
  }
}

function applied(object: DeepReadonly<Obj>, operations: readonly JsonPatchOperation[]): unknown {
  try {
    return applyJsonPatch(deepCopy(object), operations);
  } catch (error) {
    throw newInternalError(reasonOf(error), error);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** Unknown fields are dropped, as by a decoder that is not strict. */
function typed(value: unknown, kind: GroupVersionKind, { schema }: Shape): Obj {
  checkKind((value ?? {}) as Partial<Obj>, kind);
  const { object, errors } = decodeObject(schema, value, { owned: true });
  if (errors[0] !== undefined) throw newInternalError(errors[0]);
  return { ...object, kind: kind.kind, apiVersion: apiVersionOf(kind) } as Obj;
}

/** An object does not become another by being patched. */
function checkKind({ apiVersion, kind }: Partial<Obj>, of: GroupVersionKind): void {
  const isSame = (!apiVersion || apiVersion === apiVersionOf(of)) && (!kind || kind === of.kind);
  if (!isSame) throw newInternalError(`converting (${String(apiVersion)}, Kind=${String(kind)}) to (${apiVersionOf(of)}, Kind=${of.kind}): unknown conversion`);
}
