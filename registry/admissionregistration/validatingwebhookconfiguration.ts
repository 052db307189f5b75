/** ValidatingWebhookConfigurations. Behaves like upstream pkg/registry/admissionregistration/validatingwebhookconfiguration. */
import * as admissionregistration from '../../apimachinery/types/admissionregistration.gen.ts';
import { generationStrategy } from '../core/strategies.ts';
import { column, defineResource } from '../generic/define.ts';
import { validateValidatingWebhookConfiguration, validateValidatingWebhookConfigurationUpdate } from './validation/webhook.ts';

export default defineResource<admissionregistration.ValidatingWebhookConfiguration>(admissionregistration.ValidatingWebhookConfiguration, {
  categories: ['api-extensions'],
  columns: [column('Webhooks', (c) => (c.webhooks ?? []).length)],
  strategy: generationStrategy<admissionregistration.ValidatingWebhookConfiguration>({
    generation: (c) => c.webhooks,
    emptyCounts: true,
    allowUnconditionalUpdate: false,
    metadata: { finalizers: 'generic', onUpdate: ['whole'] },
    validate: validateValidatingWebhookConfiguration,
    validateUpdate: validateValidatingWebhookConfigurationUpdate,
  }),
});
