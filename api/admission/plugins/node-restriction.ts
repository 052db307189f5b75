/** A kubelet changes only itself and the pods on it. Behaves like upstream plugin/pkg/admission/noderestriction. */
import { own } from '../../../apimachinery/own.ts';
import { groupResourceText } from '../../../apimachinery/meta.ts';
import { nodeNameOf } from '../../authorization/node/node-identity.ts';
import { forbidden } from '../forbidden.ts';
import type { AdmissionPlugin } from '../interface.ts';
import { NODE_RULES } from '../node-rules.ts';
import { nodeTokens } from '../node-tokens.ts';

export default {
  name: 'NodeRestriction',
  handles: (operation) => operation !== 'CONNECT',
  init: (deps) => ({
    admit(a) {
      const node = nodeNameOf(a.user);
      if (node === undefined) return;
      if (node === '') throw forbidden(a, `could not determine node from user ${JSON.stringify(a.user.name)}`);
      const id = groupResourceText(a.resource);
      return id === 'serviceaccounts' ? nodeTokens(node, a, deps) : own(NODE_RULES, id)?.(node, a, deps);
    },
  }),
} satisfies AdmissionPlugin;
