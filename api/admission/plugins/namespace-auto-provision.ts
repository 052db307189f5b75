/** Creates the namespace of what is created. Behaves like upstream plugin/pkg/admission/namespace/autoprovision. */
import { isAlreadyExists } from '../../../apimachinery/errors.ts';
import * as core from '../../../apimachinery/types/core.gen.ts';
import type { AdmissionPlugin } from '../interface.ts';

export default {
  name: 'NamespaceAutoProvision',
  handles: (operation) => operation === 'CREATE',
  init: ({ stores }) => ({
    async admit(a) {
      if (a.dryRun || a.namespace === '' || (a.kind.group === '' && a.kind.kind === 'Namespace')) return;
      if (stores.cached(core.Namespace).get({ namespace: '', name: a.namespace })) return;
      try {
        await stores.of(core.Namespace).create({ kind: 'Namespace', apiVersion: 'v1', metadata: { name: a.namespace } } as core.Namespace);
      } catch (error) {
        if (!isAlreadyExists(error)) throw error;
      }
    },
  }),
} satisfies AdmissionPlugin;
