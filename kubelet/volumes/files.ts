/**
 * Where the kubelet keeps what pods mount: the machine's disk (disk-files.ts) or this process's memory (memory-files.ts; the simulated runtime reads it). Between volumes/plugins and a runtime.
 * Paths are absolute. `testing/files-contract.ts` is what both must keep.
 */

/** One file of a projected volume. */
export interface FileProjection {
  /** A function is asked when the file is written, or, in memory, each time it is read. */
  readonly content: Uint8Array | (() => Promise<Uint8Array>);
  /** Permission bits. */
  readonly mode: number;
}

export interface Files {
  /** `mode` 0755 unless told. With its parents. `inMemory`: on a file system of its own that no disk holds. */
  makeDir(path: string, options?: { readonly mode?: number; readonly gid?: number; readonly inMemory?: boolean }): Promise<void>;
  /** Undefined when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** With its parents. */
  write(path: string, bytes: Uint8Array, options?: { readonly mode?: number; readonly append?: boolean }): Promise<void>;
  /**
   * Replaces a volume's content at once: readers see all of the old files or all of the new ones. Paths are relative to `dir`. Nothing is written when nothing changed; true when something did.
   * Behaves like upstream pkg/volume/util/atomic_writer.go.
   */
  project(dir: string, files: ReadonlyMap<string, FileProjection>, options?: { readonly gid?: number }): Promise<boolean>;
  kindOf(path: string): Promise<'file' | 'directory' | 'socket' | 'charDevice' | 'blockDevice' | undefined>;
  /** The real path of something in a volume, made (a directory) when it is not there. Throws when a link leads out of the volume. */
  subPath(volume: string, path: string): Promise<string>;
  /** With what is below it; fine when absent. */
  remove(path: string): Promise<void>;
}

/** Joins and resolves `.` and `..`; the result never leaves `/`. */
export function joinPath(...parts: readonly string[]): string {
  const out: string[] = [];
  for (const segment of parts.join('/').split('/')) {
    if (segment === '..') out.pop();
    else if (segment !== '' && segment !== '.') out.push(segment);
  }
  return `/${out.join('/')}`;
}
