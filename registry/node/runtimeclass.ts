/** RuntimeClasses. Behaves like upstream pkg/registry/node/runtimeclass. */
import * as node from '../../apimachinery/types/node.gen.ts';
import { deprecatedLabel } from '../core/warnings/node-labels.ts';
import { column, defineResource } from '../generic/define.ts';
import { validateRuntimeClass, validateRuntimeClassUpdate } from './validation/runtimeclass.ts';

function warnings({ scheduling }: node.RuntimeClass): readonly string[] {
  return Object.keys(scheduling?.nodeSelector ?? {}).flatMap((key) => {
    const text = deprecatedLabel(key);
    return text ? [`scheduling.nodeSelector: ${text}`] : [];
  });
}

export default defineResource<node.RuntimeClass>(node.RuntimeClass, {
  columns: [column('Handler', (rc) => rc.handler)],
  strategy: {
    allowCreateOnUpdate: true,
    allowUnconditionalUpdate: false,
    metadata: { finalizers: 'generic', onUpdate: 'placed' },
    validate: validateRuntimeClass,
    validateUpdate: validateRuntimeClassUpdate,
    warningsOnCreate: warnings,
    warningsOnUpdate: warnings,
  },
});
