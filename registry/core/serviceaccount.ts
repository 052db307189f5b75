/** ServiceAccounts and their tokens. Behaves like upstream pkg/registry/core/serviceaccount. */
import * as authentication from '../../apimachinery/types/authentication.gen.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import { action, defineResource } from '../generic/define.ts';
import { requestToken } from './tokens.ts';

const ENFORCE = 'kubernetes.io/enforce-mountable-secrets';

/** Only names of secrets are kept. */
function cleanSecretReferences(sa: core.ServiceAccount): void {
  if (sa.secrets) sa.secrets = sa.secrets.map(({ name }) => (name ? { name } : {}));
}

function warnings(sa: core.ServiceAccount, old?: core.ServiceAccount): readonly string[] {
  const isNew = sa.metadata.annotations?.[ENFORCE] !== undefined && old?.metadata.annotations?.[ENFORCE] === undefined;
  return isNew
    ? [`metadata.annotations[${ENFORCE}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`]
    : [];
}

export default defineResource<core.ServiceAccount>(core.ServiceAccount, {
  shortNames: ['sa'],
  strategy: {
    returnDeletedObject: true,
    prepareForCreate: cleanSecretReferences,
    prepareForUpdate: (obj) => cleanSecretReferences(obj),
    metadata: { onUpdate: ['change', 'whole'] },
    warningsOnCreate: (sa) => warnings(sa),
    warningsOnUpdate: warnings,
  },
  subresources: { token: action(authentication.TokenRequest, authentication.TokenRequest, requestToken) },
});
