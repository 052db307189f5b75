/** A container image as an archive (docker-archive layout: manifest.json, configuration, one layer), made from files: what `ctr images import` takes where no registry can be reached. */
import { createHash } from 'node:crypto';

export interface ImageFile {
  /** Without a slash in front. */
  readonly path: string;
  readonly content: Uint8Array;
  /** 0o755 unless told. */
  readonly mode?: number;
  /** A symbolic link to this path; the content is not used. */
  readonly linkTo?: string;
}

export interface ImageSpec {
  /** `registry.k8s.io/pause:3.10.1` */
  readonly name: string;
  readonly files: readonly ImageFile[];
  readonly entrypoint: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: readonly string[];
  readonly user?: string;
  /** Go's name; this machine's unless told. */
  readonly architecture?: string;
}

const BLOCK = 512;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function header(path: string, size: number, mode: number, type: string, link: string): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  const field = (text: string, at: number, length: number): void => void block.write(text.slice(0, length), at, 'latin1');
  const octal = (n: number, width: number): string => `${n.toString(8).padStart(width - 1, '0')}\0`;
  field(path, 0, 100);
  field(octal(mode, 8), 100, 8);
  field(octal(0, 8), 108, 8);
  field(octal(0, 8), 116, 8);
  field(octal(size, 12), 124, 12);
  field(octal(0, 12), 136, 12);
  field('        ', 148, 8);
  field(type, 156, 1);
  field(link, 157, 100);
  field('ustar\x0000', 257, 8);
  field(`${block.reduce((s, b) => s + b, 0).toString(8).padStart(6, '0')}\0 `, 148, 8);
  return block;
}

/** A tar archive: parents of files first, everything of root, at the epoch. */
export function tar(files: readonly ImageFile[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const seen = new Set<string>();
  const directory = (path: string): void => {
    const slash = path.lastIndexOf('/');
    if (slash < 0 || seen.has(path.slice(0, slash))) return;
    directory(path.slice(0, slash));
    seen.add(path.slice(0, slash));
    parts.push(header(`${path.slice(0, slash)}/`, 0, 0o755, '5', ''));
  };
  for (const file of files) {
    directory(file.path);
    if (file.linkTo !== undefined) parts.push(header(file.path, 0, 0o777, '2', file.linkTo));
    else parts.push(header(file.path, file.content.length, file.mode ?? 0o755, '0', ''), file.content, new Uint8Array((BLOCK - (file.content.length % BLOCK)) % BLOCK));
  }
  parts.push(new Uint8Array(2 * BLOCK));
  return Buffer.concat(parts);
}

const goArchitecture = (): string => (process.arch === 'x64' ? 'amd64' : process.arch);

export function imageArchive(spec: ImageSpec): Uint8Array {
  const layer = tar(spec.files);
  const config = Buffer.from(
    JSON.stringify({
      architecture: spec.architecture ?? goArchitecture(),
      os: 'linux',
      config: { Entrypoint: spec.entrypoint, Cmd: spec.cmd ?? [], Env: spec.env ?? ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], User: spec.user ?? '' },
      rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] },
    }),
  );
  const name = `${sha256(config)}.json`;
  const manifest = Buffer.from(JSON.stringify([{ Config: name, RepoTags: [spec.name], Layers: ['layer.tar'] }]));
  return tar([
    { path: 'manifest.json', content: manifest, mode: 0o644 },
    { path: name, content: config, mode: 0o644 },
    { path: 'layer.tar', content: layer, mode: 0o644 },
  ]);
}
