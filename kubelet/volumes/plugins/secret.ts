/** Behaves like upstream pkg/volume/secret. */
import type { VolumePlugin } from '../plugin.ts';
import { readSecret } from '../sources.ts';

export default {
  name: 'kubernetes.io/secret',
  supports: (volume) => volume.secret !== undefined,
  async setUp({ secret }, context) {
    const { secretName = '', items, optional = false, defaultMode = 0o644 } = secret ?? {};
    await context.files.project(context.dir, await readSecret(context, { name: secretName, items, optional, mode: defaultMode }), context);
    return { hostPath: context.dir, readOnly: true };
  },
} satisfies VolumePlugin;
