/** Webhooks may refuse what is written. Behaves like upstream apiserver/pkg/admission/plugin/webhook/validating. */
import { ValidatingWebhookConfiguration } from '../../../apimachinery/types/admissionregistration.gen.ts';
import type { AdmissionPlugin } from '../interface.ts';
import { hookSource } from '../webhook/hook.ts';
import { validate } from '../webhook/validating.ts';
import { isExempt } from '../matching/rules.ts';

export default {
  name: 'ValidatingAdmissionWebhook',
  handles: () => true,
  init(deps) {
    const source = hookSource(deps.stores, ValidatingWebhookConfiguration);
    return {
      validate(a) {
        const hooks = source.hooks();
        if (hooks.length === 0 || isExempt(a.kind)) return undefined;
        return validate(hooks, a, deps);
      },
    };
  },
} satisfies AdmissionPlugin;
