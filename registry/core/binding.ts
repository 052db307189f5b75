/** Bindings: pods/binding without the pod in the path. Behaves like upstream pkg/registry/core/pod/storage (LegacyBindingREST). */
import type { Obj } from '../../apimachinery/meta.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import { defineResource } from '../generic/define.ts';
import { bindPod } from './pods/binding.ts';

export default defineResource<core.Binding>(core.Binding, {
  backing: {
    verbs: ['create'],
    create: async (binding, ctx) =>
      (await bindPod({ namespace: ctx.info.namespace, name: binding.metadata.name }, binding, ctx)) as unknown as Obj,
  },
});
