/** Makes container images from files, as docker archives that `ctr images import` and `docker load` take. No registry and no other program is needed. */
import { createHash } from 'node:crypto';

export interface ImageFile {
  /** Without a leading slash. */
  readonly path: string;
  readonly bytes?: Uint8Array;
  /** Target of a symbolic link. */
  readonly link?: string;
  /** Permission bits; 0755 unless told. */
  readonly mode?: number;
}

export interface ImageSpec {
  readonly reference: string;
  readonly files: readonly ImageFile[];
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: readonly string[];
  readonly user?: string;
}

const BLOCK = 512;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`;

function header({ path, bytes, link, mode = 0o755 }: ImageFile, type: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  if (Buffer.byteLength(path) > 100) throw new Error(`the path ${path} is too long for this archive`);
  block.write(path, 0);
  block.write(octal(mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(bytes?.length ?? 0, 12), 124);
  block.write(octal(0, 12), 136);
  block.write('        ', 148);
  block.write(type, 156);
  block.write(link ?? '', 157);
  block.write('ustar\0' + '00', 257);
  block.write(`${block.reduce((sum, b) => sum + b, 0).toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** A ustar archive. Directories of the files come before them. */
export function tar(files: readonly ImageFile[]): Uint8Array {
  const parts: Buffer[] = [];
  const made = new Set<string>();
  for (const file of files) {
    const folders = file.path.split('/').slice(0, -1);
    folders.forEach((_, i) => {
      const folder = `${folders.slice(0, i + 1).join('/')}/`;
      if (made.has(folder)) return;
      made.add(folder);
      parts.push(header({ path: folder }, '5'));
    });
    if (file.path.endsWith('/')) parts.push(header(file, '5'));
    else if (file.link !== undefined) parts.push(header(file, '2'));
    else {
      const bytes = file.bytes ?? new Uint8Array(0);
      parts.push(header({ ...file, bytes }, '0'), Buffer.from(bytes), Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK));
    }
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

/** manifest.json, the configuration and one layer. */
export function dockerArchive(spec: ImageSpec): Uint8Array {
  const layer = tar(spec.files);
  const layerPath = `${sha256(layer).slice(0, 40)}/layer.tar`;
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...(spec.env ?? [])], Entrypoint: spec.entrypoint, Cmd: spec.cmd, User: spec.user },
      rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] },
    }),
  );
  const configPath = `${sha256(config)}.json`;
  const manifest = Buffer.from(JSON.stringify([{ Config: configPath, RepoTags: [spec.reference], Layers: [layerPath] }]));
  return tar([{ path: 'manifest.json', bytes: manifest, mode: 0o644 }, { path: configPath, bytes: config, mode: 0o644 }, { path: layerPath, bytes: layer, mode: 0o644 }]);
}
