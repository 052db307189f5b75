import { isAlreadyExists } from '../apimachinery/errors.ts';
import type { Key } from '../apimachinery/meta.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import { defineController, watch, type ControllerContext } from './framework/definition.ts';
import { isNamespaceTerminating } from './framework/status-errors.ts';

const NAME = 'kube-root-ca.crt';
const DESCRIPTION = 'kubernetes.io/description';
const TEXT =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

async function reconcile(ctx: ControllerContext, { name: namespace }: Key): Promise<void> {
  const { rootCA } = ctx.settings;
  const ns = ctx.lister(core.Namespace).get({ namespace: '', name: namespace });
  if (rootCA === undefined || !ns || ns.status?.phase !== 'Active' || ns.metadata.deletionTimestamp !== undefined) return;
  const maps = ctx.client.resource(core.ConfigMap);
  const published = ctx.lister(core.ConfigMap).get({ namespace, name: NAME });
  const data = { 'ca.crt': rootCA };
  if (published) {
    const isCurrent = published.data?.['ca.crt'] === rootCA && Object.keys(published.data).length === 1 && published.metadata.annotations?.[DESCRIPTION] === TEXT;
    if (!isCurrent) await maps.update({ ...published, metadata: { ...published.metadata, annotations: { ...published.metadata.annotations, [DESCRIPTION]: TEXT } }, data });
    return;
  }
  try {
    await maps.create({ metadata: { name: NAME, namespace, annotations: { [DESCRIPTION]: TEXT } }, data });
  } catch (error) {
    if (!isAlreadyExists(error) && !isNamespaceTerminating(error)) throw error;
  }
}

/** Every namespace has the cluster's CA in a config map. Behaves like upstream pkg/controller/certificates/rootcacertpublisher. */
export default defineController({
  name: 'root-ca-certificate-publisher-controller',
  for: core.Namespace,
  watches: [watch(core.ConfigMap, (map) => (map.metadata.name === NAME ? [{ namespace: '', name: map.metadata.namespace }] : []))],
  reads: [core.ConfigMap],
  reconcile,
});
