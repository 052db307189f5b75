/** Nothing happens in a namespace that does not exist. Behaves like upstream plugin/pkg/admission/namespace/exists. */
import { newNotFound } from '../../../apimachinery/errors.ts';
import * as core from '../../../apimachinery/types/core.gen.ts';
import type { AdmissionPlugin } from '../interface.ts';

export default {
  name: 'NamespaceExists',
  handles: (operation) => operation !== 'CONNECT',
  init: ({ stores }) => ({
    async validate(a) {
      if (a.namespace === '' || (a.kind.group === '' && a.kind.kind === 'Namespace')) return;
      const key = { namespace: '', name: a.namespace };
      if (!stores.cached(core.Namespace).get(key) && !(await stores.of(core.Namespace).get(key))) throw newNotFound({ group: '', resource: 'namespaces' }, a.namespace);
    },
  }),
} satisfies AdmissionPlugin;
