/** Images of the simulated runtime: any can be pulled, at once, except from a registry under `.invalid` (RFC 2606), which no name resolves to, and those whose tag says that they do not exist. */
import { RuntimeError, type FilesystemUsage, type ImageInfo, type ImageService, type ImageSpec } from '../interface.ts';

/** Tags that people use for an image that is not there. */
const ABSENT = /:(404|non-?existent)$/;

const DIGEST_SEEDS = 8;

/** 64 hexadecimal digits that depend on the text alone (FNV-1a, eight seeds). Not for security. */
export function pseudoDigest(text: string): string {
  return Array.from({ length: DIGEST_SEEDS }, (_, seed) => {
    let hash = (0x811c9dc5 ^ (seed * 0x9e3779b9)) >>> 0;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
    return hash.toString(16).padStart(8, '0');
  }).join('');
}

/** `nginx` as `docker.io/library/nginx:latest`, with repository and digest apart. */
export function normalizeImage(image: string): { readonly repository: string; readonly full: string } {
  const [name = '', digest] = image.split('@');
  const colon = name.lastIndexOf(':');
  const tagged = colon > name.lastIndexOf('/');
  const [bare, tag] = tagged ? [name.slice(0, colon), name.slice(colon + 1)] : [name, 'latest'];
  const first = bare.split('/')[0] ?? '';
  const hasHost = bare.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  const repository = hasHost ? bare : bare.includes('/') ? `docker.io/${bare}` : `docker.io/library/${bare}`;
  return { repository, full: digest === undefined ? `${repository}:${tag}` : `${repository}@${digest}` };
}

export function imageRefOf(image: string): string {
  const { repository, full } = normalizeImage(image);
  return full.includes('@') ? full : `${repository}@sha256:${pseudoDigest(full)}`;
}

function describe(image: string): ImageInfo {
  const { full } = normalizeImage(image);
  const ref = imageRefOf(image);
  const id = pseudoDigest(`id ${full}`);
  return { id: `sha256:${id}`, repoTags: full.includes('@') ? [] : [full], repoDigests: [ref], size: 1_000_000 + (parseInt(id.slice(0, 6), 16) % 50_000_000), username: '', pinned: false };
}

export function simulatedImages(now: () => number): ImageService {
  const present = new Map<string, ImageInfo>();
  const nameOf = (spec: ImageSpec): string => normalizeImage(spec.image).full;
  return {
    listImages: async () => [...present.values()],
    imageStatus: async (spec) => present.get(nameOf(spec)),
    async pullImage(spec) {
      const name = nameOf(spec);
      const host = name.split('/')[0] ?? '';
      if (/\.invalid(:\d+)?$/.test(host)) throw new RuntimeError('Unknown', `failed to pull and unpack image "${name}": failed to resolve reference "${name}": failed to do request: Head "https://${host}/v2/": dial tcp: lookup ${host}: no such host`);
      if (ABSENT.test(name)) throw new RuntimeError('NotFound', `failed to pull and unpack image "${name}": failed to resolve reference "${name}": ${name}: not found`);
      const image = present.get(name) ?? describe(spec.image);
      present.set(name, image);
      return image.repoDigests[0] ?? image.id;
    },
    async removeImage(spec) {
      for (const [name, image] of present) if (name === nameOf(spec) || image.id === spec.image) present.delete(name);
    },
    imageFsInfo: async (): Promise<FilesystemUsage[]> => [{ timestamp: now(), mountpoint: '/var/lib/k8ts', usedBytes: [...present.values()].reduce((sum, i) => sum + i.size, 0), inodesUsed: present.size }],
  };
}
