/** Behaves like upstream pkg/volume/downwardapi. */
import { downwardPayload } from '../payload.ts';
import type { VolumePlugin } from '../plugin.ts';

export default {
  name: 'kubernetes.io/downward-api',
  supports: (volume) => volume.downwardAPI !== undefined,
  async setUp({ downwardAPI }, context) {
    await context.files.project(context.dir, downwardPayload(downwardAPI?.items ?? [], context, downwardAPI?.defaultMode ?? 0o644), context);
    return { hostPath: context.dir, readOnly: true };
  },
} satisfies VolumePlugin;
