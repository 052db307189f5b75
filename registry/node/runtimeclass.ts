/** RuntimeClasses. Behaves like upstream pkg/registry/node/runtimeclass. */
import * as node from '../../apimachinery/types/node.gen.ts';
import { column, defineResource } from '../generic/define.ts';
import { validateRuntimeClass, validateRuntimeClassUpdate } from './validation/runtimeclass.ts';

export default defineResource<node.RuntimeClass>(node.RuntimeClass, {
  columns: [column('Handler', (rc) => rc.handler)],
  strategy: {
    allowCreateOnUpdate: true,
    allowUnconditionalUpdate: false,
    metadata: { finalizers: 'generic', onUpdate: 'placed' },
    validate: validateRuntimeClass,
    validateUpdate: validateRuntimeClassUpdate,
  },
});
