import type { Key } from '../apimachinery/meta.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import { defineController, watch, type ControllerContext } from './framework/definition.ts';
import { semanticEqual } from './framework/semantic-equal.ts';
import { detachedSignature, NAMESPACE, tokenIn, TYPE } from './tokens/bootstrap-token.ts';

const CONFIG_MAP: Key = { namespace: 'kube-public', name: 'cluster-info' };
const PREFIX = 'jws-kubeconfig-';

async function reconcile(ctx: ControllerContext): Promise<void> {
  const map = ctx.lister(core.ConfigMap).get(CONFIG_MAP);
  const content = map?.data?.['kubeconfig'];
  if (!map || content === undefined) return;
  const tokens = ctx.lister(core.Secret).list(NAMESPACE).flatMap((secret) => tokenIn(secret) ?? []).filter((token) => token.signs && (token.expiresAt ?? Infinity) > ctx.now());
  const signatures = await Promise.all(tokens.map(async (token) => [`${PREFIX}${token.id}`, await detachedSignature(content, token)] as const));
  const others = Object.entries(map.data ?? {}).filter(([name]) => !name.startsWith(PREFIX));
  const data = Object.fromEntries([...others, ...signatures]);
  if (!semanticEqual(map.data, data)) await ctx.client.resource(core.ConfigMap).update({ ...map, data });
}

/** Signs the public cluster-info with each bootstrap token. Behaves like upstream pkg/controller/bootstrap/bootstrapsigner.go. */
export default defineController({
  name: 'bootstrap-signer-controller',
  disabledByDefault: true,
  concurrency: 1,
  watches: [
    watch(core.ConfigMap, ({ metadata: { namespace, name } }) => (namespace === CONFIG_MAP.namespace && name === CONFIG_MAP.name ? [CONFIG_MAP] : [])),
    watch(core.Secret, (secret) => (secret.metadata.namespace === NAMESPACE && secret.type === TYPE ? [CONFIG_MAP] : [])),
  ],
  reconcile,
});
