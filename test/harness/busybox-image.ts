/** The two images that tests with real containers need, made from this machine's static busybox (Debian: busybox-static). */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dockerArchive, type ImageFile } from './image.ts';

export const BUSYBOX = '/bin/busybox';
export const PAUSE_IMAGE = 'registry.k8s.io/pause:3.10.1';
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

/** Sleeps until it is told to end, and reaps. */
export function pauseArchive(reference = PAUSE_IMAGE): Uint8Array {
  const script = 'trap "exit 0" TERM INT; while :; do sleep 3600 & wait $!; done';
  return dockerArchive({ reference, files: files().filter((f) => /^bin\/(busybox|sh|sleep)$/.test(f.path)), entrypoint: ['/bin/sh', '-c', script] });
}
