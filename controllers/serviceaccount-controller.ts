import { isAlreadyExists } from '../apimachinery/errors.ts';
import type { Key } from '../apimachinery/meta.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import { defineController, watch, type ControllerContext } from './framework/definition.ts';
import { isNamespaceTerminating } from './framework/status-errors.ts';

const NAME = 'default';

async function reconcile(ctx: ControllerContext, { name: namespace }: Key): Promise<void> {
  const ns = ctx.lister(core.Namespace).get({ namespace: '', name: namespace });
  if (!ns || ns.status?.phase !== 'Active' || ctx.lister(core.ServiceAccount).get({ namespace, name: NAME })) return;
  try {
    await ctx.client.resource(core.ServiceAccount).create({ metadata: { name: NAME, namespace } });
  } catch (error) {
    if (!isAlreadyExists(error) && !isNamespaceTerminating(error)) throw error;
  }
}

/** Every namespace has its default account. Behaves like upstream pkg/controller/serviceaccount serviceaccounts_controller.go. */
export default defineController({
  name: 'serviceaccount-controller',
  for: core.Namespace,
  watches: [watch(core.ServiceAccount, (account, _, { gone }) => (gone && account.metadata.name === NAME ? [{ namespace: '', name: account.metadata.namespace }] : []))],
  reads: [core.ServiceAccount],
  reconcile,
});
