/** Behaves like upstream pkg/volume/configmap. */
import type { VolumePlugin } from '../plugin.ts';
import { readConfigMap } from '../sources.ts';

export default {
  name: 'kubernetes.io/configmap',
  supports: (volume) => volume.configMap !== undefined,
  async setUp({ configMap }, context) {
    const { name = '', items, optional = false, defaultMode = 0o644 } = configMap ?? {};
    await context.files.project(context.dir, await readConfigMap(context, { name, items, optional, mode: defaultMode }), context);
    return { hostPath: context.dir, readOnly: true };
  },
} satisfies VolumePlugin;
