/** Binds the pod through its binding subresource. Behaves like upstream plugins/defaultbinder. */
import * as core from '../../apimachinery/types/core.gen.ts';
import { keyOf } from '../../apimachinery/meta.ts';
import type { Cycle, Plugin } from '../framework/interface.ts';

export default {
  name: 'DefaultBinder',
  async bind({ pod, handle }: Cycle, node: string, signal: AbortSignal) {
    const binding = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name: pod.metadata.name, namespace: pod.metadata.namespace, uid: pod.metadata.uid },
      target: { kind: 'Node', name: node },
    };
    await handle.client.resource(core.Pod).subresource('binding').create(keyOf(pod), binding, { signal });
  },
} satisfies Plugin;
