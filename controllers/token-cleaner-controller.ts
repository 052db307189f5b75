import { isConflict, isNotFound } from '../apimachinery/errors.ts';
import { keyOf, type Key } from '../apimachinery/meta.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import { defineController, watch, type ControllerContext, type Result } from './framework/definition.ts';
import { NAMESPACE, tokenIn, TYPE } from './tokens/bootstrap-token.ts';

async function reconcile(ctx: ControllerContext, key: Key): Promise<Result | void> {
  const secret = ctx.lister(core.Secret).get(key);
  const expiresAt = secret && tokenIn(secret)?.expiresAt;
  if (!secret || expiresAt === undefined) return;
  const left = expiresAt - ctx.now();
  if (left > 0) return { requeueAfter: left };
  try {
    await ctx.client.resource(core.Secret).delete(key, { preconditions: { uid: secret.metadata.uid } });
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}

/** Deletes bootstrap tokens whose time is over. Behaves like upstream pkg/controller/bootstrap/tokencleaner.go. */
export default defineController({
  name: 'token-cleaner-controller',
  disabledByDefault: true,
  watches: [watch(core.Secret, (secret, _, { gone }) => (!gone && secret.metadata.namespace === NAMESPACE && secret.type === TYPE ? [keyOf(secret)] : []))],
  reconcile,
});
