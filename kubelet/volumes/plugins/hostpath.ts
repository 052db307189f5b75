/** Behaves like upstream pkg/volume/hostpath. */
import type { Files } from '../files.ts';
import type { VolumePlugin } from '../plugin.ts';

type Kind = Awaited<ReturnType<Files['kindOf']>>;
const EXPECTED: Readonly<Record<string, { kind: Kind; text: string }>> = {
  Directory: { kind: 'directory', text: 'directory' },
  File: { kind: 'file', text: 'file' },
  Socket: { kind: 'socket', text: 'socket file' },
  CharDevice: { kind: 'charDevice', text: 'character device' },
  BlockDevice: { kind: 'blockDevice', text: 'block device' },
};

/** Makes it or checks it, as `type` says. */
export async function checkHostPath(path: string, type: string, files: Files): Promise<void> {
  if (type === '') return;
  const found = await files.kindOf(path);
  if (type === 'DirectoryOrCreate' && found === undefined) await files.makeDir(path, { mode: 0o755 });
  else if (type === 'FileOrCreate' && found === undefined) await files.write(path, new Uint8Array(0), { mode: 0o644 });
  else {
    const expected = EXPECTED[type.replace('OrCreate', '')];
    if (!expected) throw new Error(`${type} is an invalid volume type`);
    if (found !== expected.kind) throw new Error(`hostPath type check failed: ${path} is not a ${expected.text}`);
  }
}

export default {
  name: 'kubernetes.io/host-path',
  supports: (volume) => volume.hostPath !== undefined,
  async setUp({ hostPath }, { files }) {
    const path = hostPath?.path ?? '';
    await checkHostPath(path, hostPath?.type ?? '', files);
    return { hostPath: path };
  },
} satisfies VolumePlugin;
