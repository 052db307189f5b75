/** The image that tests with real containers run, made from this machine's static busybox (Debian: busybox-static). */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dockerArchive, type ImageFile } from '../../cluster/nodes/image-archive.ts';

export const BUSYBOX = '/bin/busybox';
export const BUSYBOX_IMAGE = 'docker.io/library/busybox:1.36';

export const hasBusybox = (): boolean => existsSync(BUSYBOX);

function files(): ImageFile[] {
  const names = execFileSync(BUSYBOX, ['--list'], { encoding: 'utf8' }).split('\n').filter((n) => n !== '' && n !== 'busybox');
  return [
    { path: 'bin/busybox', bytes: readFileSync(BUSYBOX) },
    ...names.map((name) => ({ path: `bin/${name}`, link: 'busybox' })),
    { path: 'tmp/', mode: 0o1777 },
    { path: 'var/', mode: 0o755 },
    { path: 'etc/passwd', bytes: Buffer.from('root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n'), mode: 0o644 },
    { path: 'etc/group', bytes: Buffer.from('root:x:0:\nnogroup:x:65534:\n'), mode: 0o644 },
  ];
}

/** A shell with all of busybox; `httpd` among it. */
export const busyboxArchive = (reference = BUSYBOX_IMAGE): Uint8Array => dockerArchive({ reference, files: files(), cmd: ['/bin/sh'] });

/** A dynamically linked program of this machine with the libraries it needs, at the same paths. */
function programWithLibraries(path: string): ImageFile[] {
  const libraries = [...execFileSync('ldd', [path], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)].map((m) => m[1] ?? '');
  return [path, ...libraries].map((file) => ({ path: file.slice(1), bytes: readFileSync(file) }));
}

export const CURL_IMAGE = 'docker.io/library/curl:test';

/** busybox and a curl that resolves names as every program with a C library does (the static busybox cannot). */
export const curlArchive = (): Uint8Array => dockerArchive({ reference: CURL_IMAGE, files: [...files(), ...programWithLibraries('/usr/bin/curl')], cmd: ['/bin/sh'] });
