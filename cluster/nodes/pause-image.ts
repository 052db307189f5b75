/** The image of pod sandboxes: one static program that waits for ever. Made here, because it is 130 bytes and no registry may be in reach. */
import { dockerArchive } from './image-archive.ts';

export const PAUSE_IMAGE = 'registry.k8s.io/pause:3.10.1';

/** Machine code: wait for a signal, again and again. */
const CODE: Readonly<Record<string, { readonly machine: number; readonly code: readonly number[] }>> = {
  /** mov eax, 34 (pause); syscall; jmp back. */
  x64: { machine: 0x3e, code: [0xb8, 0x22, 0x00, 0x00, 0x00, 0x0f, 0x05, 0xeb, 0xf7] },
  /** x0..x3 = 0; x8 = 73 (ppoll); svc 0; b back. */
  arm64: { machine: 0xb7, code: [0x00, 0x00, 0x80, 0xd2, 0x01, 0x00, 0x80, 0xd2, 0x02, 0x00, 0x80, 0xd2, 0x03, 0x00, 0x80, 0xd2, 0x28, 0x09, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4, 0xfa, 0xff, 0xff, 0x17] },
};

const BASE = 0x400000n;
const HEADERS = 64 + 56;

/** A 64-bit little-endian ELF executable with one loaded segment. */
export function pauseProgram(arch: string = process.arch): Uint8Array {
  const known = CODE[arch];
  if (!known) throw new Error(`there is no pause program for ${arch}; import an image named ${PAUSE_IMAGE} with --images`);
  const size = HEADERS + known.code.length;
  const b = Buffer.alloc(size);
  b.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  b.writeUInt16LE(2, 16);
  b.writeUInt16LE(known.machine, 18);
  b.writeUInt32LE(1, 20);
  b.writeBigUInt64LE(BASE + BigInt(HEADERS), 24);
  b.writeBigUInt64LE(64n, 32);
  b.writeUInt16LE(64, 52);
  b.writeUInt16LE(56, 54);
  b.writeUInt16LE(1, 56);
  b.writeUInt32LE(1, 64);
  b.writeUInt32LE(5, 68);
  b.writeBigUInt64LE(BASE, 80);
  b.writeBigUInt64LE(BASE, 88);
  b.writeBigUInt64LE(BigInt(size), 96);
  b.writeBigUInt64LE(BigInt(size), 104);
  b.writeBigUInt64LE(0x1000n, 112);
  b.set(known.code, HEADERS);
  return b;
}

export const pauseImage = (): Uint8Array => dockerArchive({ reference: PAUSE_IMAGE, files: [{ path: 'pause', bytes: pauseProgram() }], entrypoint: ['/pause'], user: '65535:65535' });
