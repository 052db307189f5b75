/** MutatingWebhookConfigurations. Behaves like upstream pkg/registry/admissionregistration/mutatingwebhookconfiguration. */
import * as admissionregistration from '../../apimachinery/types/admissionregistration.gen.ts';
import { generationStrategy } from '../core/strategies.ts';
import { column, defineResource } from '../generic/define.ts';
import { validateMutatingWebhookConfiguration, validateMutatingWebhookConfigurationUpdate } from './validation/webhook.ts';

export default defineResource<admissionregistration.MutatingWebhookConfiguration>(admissionregistration.MutatingWebhookConfiguration, {
  categories: ['api-extensions'],
  columns: [column('Webhooks', (c) => (c.webhooks ?? []).length)],
  strategy: generationStrategy<admissionregistration.MutatingWebhookConfiguration>({
    generation: (c) => c.webhooks,
    emptyCounts: true,
    allowUnconditionalUpdate: false,
    metadata: { finalizers: 'generic', onUpdate: ['whole'] },
    validate: validateMutatingWebhookConfiguration,
    validateUpdate: validateMutatingWebhookConfigurationUpdate,
  }),
});
