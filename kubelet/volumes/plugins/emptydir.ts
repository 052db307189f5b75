/** Behaves like upstream pkg/volume/emptydir. */
import type { VolumePlugin } from '../plugin.ts';

export default {
  name: 'kubernetes.io/empty-dir',
  supports: (volume) => volume.emptyDir !== undefined,
  async setUp({ emptyDir }, { files, dir, gid }) {
    const inMemory = emptyDir?.medium === 'Memory';
    if (emptyDir?.medium !== undefined && !inMemory && emptyDir.medium !== '') throw new Error(`unsupported storage medium "${emptyDir.medium}"`);
    await files.makeDir(dir, { mode: gid === undefined ? 0o777 : 0o2777, ...(gid !== undefined && { gid }), inMemory });
    return { hostPath: dir };
  },
} satisfies VolumePlugin;
