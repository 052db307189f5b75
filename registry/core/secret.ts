/** Secrets. Behaves like upstream pkg/registry/core/secret. */
import * as core from '../../apimachinery/types/core.gen.ts';
import { column, defineResource, selectable } from '../generic/define.ts';
import { validateSecret, validateSecretUpdate } from './validation/secret.ts';
import { secretWarnings } from './warnings/secret.ts';

export default defineResource<core.Secret>(core.Secret, {
  columns: [column('Type', (s) => s.type ?? ''), column('Data', (s) => Object.keys(s.data ?? {}).length)],
  selectableFields: [selectable<core.Secret>('type', (s) => s.type)],
  strategy: {
    prepareForCreate: encodeStringData,
    prepareForUpdate(obj, old) {
      encodeStringData(obj);
      obj.type ||= old.type ?? '';
    },
    metadata: { onUpdate: 'placed' },
    validate: validateSecret,
    validateUpdate: validateSecretUpdate,
    warningsOnCreate: secretWarnings,
    warningsOnUpdate: secretWarnings,
  },
});

/** Text that came in stringData is stored as bytes. */
function encodeStringData(secret: core.Secret): void {
  for (const [key, text] of Object.entries(secret.stringData ?? {})) (secret.data ??= {})[key] = base64(text);
  delete secret.stringData;
}

function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (b) => String.fromCharCode(b)).join(''));
}
