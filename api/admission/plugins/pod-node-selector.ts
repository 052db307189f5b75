/** Pods of a namespace go to nodes of its choice. Behaves like upstream plugin/pkg/admission/podnodeselector. */
import { newForbidden } from '../../../apimachinery/errors.ts';
import * as core from '../../../apimachinery/types/core.gen.ts';
import type { AdmissionPlugin } from '../interface.ts';
import { isPodItself } from '../pods.ts';

const ANNOTATION = 'scheduler.alpha.kubernetes.io/node-selector';
type Labels = Readonly<Record<string, string>>;

export default {
  name: 'PodNodeSelector',
  handles: (operation) => operation === 'CREATE',
  concerns: isPodItself,
  init({ stores, configuration }) {
    const config = (configuration('PodNodeSelector') as { podNodeSelectorPluginConfig?: Labels } | undefined)?.podNodeSelectorPluginConfig ?? {};
    const selectorOf = async (namespace: string): Promise<Labels> => {
      const found = await stores.of(core.Namespace).get({ namespace: '', name: namespace });
      return parsed(found?.metadata.annotations?.[ANNOTATION] ?? config['clusterDefaultNodeSelector'] ?? '');
    };
    const refuse = (pod: core.Pod, why: string): never => {
      throw newForbidden({ group: '', resource: 'pods' }, pod.metadata.name ?? '', why);
    };
    const check = async (namespace: string, pod: core.Pod): Promise<Labels> => {
      const selector = await selectorOf(namespace);
      const own = pod.spec.nodeSelector ?? {};
      if (Object.entries(selector).some(([key, value]) => own[key] !== undefined && own[key] !== value)) refuse(pod, 'pod node label selector conflicts with its namespace node label selector');
      return selector;
    };
    const checkAllowed = (namespace: string, pod: core.Pod): void => {
      const allowed = parsed(config[namespace] ?? '');
      const inside = Object.keys(allowed).length === 0 || Object.entries(pod.spec.nodeSelector ?? {}).every(([key, value]) => allowed[key] === value);
      if (!inside) refuse(pod, 'pod node label selector labels conflict with its namespace whitelist');
    };
    return {
      async admit(a) {
        if (!a.object) return;
        const pod = a.object as unknown as core.Pod;
        const merged = { ...(await check(a.namespace, pod)), ...pod.spec.nodeSelector };
        if (Object.keys(merged).length > 0) pod.spec.nodeSelector = merged;
        checkAllowed(a.namespace, pod);
      },
      async validate(a) {
        if (!a.object) return;
        const pod = a.object as unknown as core.Pod;
        await check(a.namespace, pod);
        checkAllowed(a.namespace, pod);
      },
    };
  },
} satisfies AdmissionPlugin;

/** `a=b,c=d` */
function parsed(text: string): Labels {
  const pairs = text.split(',').filter((part) => part.trim() !== '').map((part) => part.split('=').map((s) => s.trim()));
  return Object.fromEntries(pairs.map(([key = '', value = '']) => [key, value]));
}
