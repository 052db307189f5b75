/** Webhooks may change what is written. Behaves like upstream apiserver/pkg/admission/plugin/webhook/mutating. */
import { MutatingWebhookConfiguration } from '../../../apimachinery/types/admissionregistration.gen.ts';
import type { AdmissionPlugin } from '../interface.ts';
import { hookSource } from '../webhook/hook.ts';
import { mutate } from '../webhook/mutating.ts';
import { isExempt } from '../matching/rules.ts';

export default {
  name: 'MutatingAdmissionWebhook',
  handles: () => true,
  init(deps) {
    const source = hookSource(deps.stores, MutatingWebhookConfiguration);
    return {
      admit(a) {
        const hooks = source.hooks();
        if (hooks.length === 0 || isExempt(a.kind)) return undefined;
        return mutate(hooks, a, deps);
      },
    };
  },
} satisfies AdmissionPlugin;
