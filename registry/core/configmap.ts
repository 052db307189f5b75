/** ConfigMaps. Behaves like upstream pkg/registry/core/configmap. */
import * as core from '../../apimachinery/types/core.gen.ts';
import { column, defineResource } from '../generic/define.ts';
import { validateConfigMap, validateConfigMapUpdate } from './validation/configmap.ts';

export default defineResource<core.ConfigMap>(core.ConfigMap, {
  sharesUnchanged: true,
  shortNames: ['cm'],
  columns: [column('Data', (c) => Object.keys(c.data ?? {}).length + Object.keys(c.binaryData ?? {}).length)],
  strategy: { metadata: { onUpdate: 'placed' }, validate: validateConfigMap, validateUpdate: validateConfigMapUpdate },
});
