/** Files in this process's memory. */
import { joinPath, type FileProjection, type Files } from './files.ts';

type Content = FileProjection['content'];
interface Directory {
  readonly entries: Map<string, Directory | { content: Content }>;
}

const segmentsOf = (path: string): string[] => path.split('/').filter((s) => s !== '' && s !== '.');
const isDirectory = (node: Directory | { content: Content } | undefined): node is Directory => node !== undefined && 'entries' in node;
const newDirectory = (): Directory => ({ entries: new Map() });

function sameBytes(a: Content, b: Content): boolean {
  if (a === b) return true;
  return typeof a !== 'function' && typeof b !== 'function' && a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export class MemoryFiles implements Files {
  readonly #root = newDirectory();

  async makeDir(path: string): Promise<void> {
    this.#directory(segmentsOf(path));
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    const node = this.#find(path);
    if (node === undefined || isDirectory(node)) return undefined;
    return typeof node.content === 'function' ? node.content() : node.content;
  }

  async write(path: string, bytes: Uint8Array, options: { readonly append?: boolean } = {}): Promise<void> {
    const before = options.append ? await this.read(path) : undefined;
    this.#put(segmentsOf(path), before ? Uint8Array.of(...before, ...bytes) : bytes);
  }

  async project(dir: string, files: ReadonlyMap<string, FileProjection>): Promise<boolean> {
    const before = this.#directory(segmentsOf(dir));
    const next = newDirectory();
    for (const [path, file] of files) putBelow(next, segmentsOf(path), file.content);
    if (sameTree(before, next)) return false;
    before.entries.clear();
    for (const [name, node] of next.entries) before.entries.set(name, node);
    return true;
  }

  async kindOf(path: string): Promise<'file' | 'directory' | undefined> {
    const node = this.#find(path);
    return node === undefined ? undefined : isDirectory(node) ? 'directory' : 'file';
  }

  async subPath(volume: string, path: string): Promise<string> {
    const full = joinPath(volume, joinPath(path));
    if (this.#find(full) === undefined) await this.makeDir(full);
    return full;
  }

  async remove(path: string): Promise<void> {
    const segments = segmentsOf(path);
    const name = segments.pop();
    const parent = this.#find(segments.join('/'));
    if (name !== undefined && isDirectory(parent)) parent.entries.delete(name);
  }

  #find(path: string): Directory | { content: Content } | undefined {
    let node: Directory | { content: Content } | undefined = this.#root;
    for (const segment of segmentsOf(path)) node = isDirectory(node) ? node.entries.get(segment) : undefined;
    return node;
  }

  #directory(segments: readonly string[]): Directory {
    return directoryBelow(this.#root, segments);
  }

  #put(segments: string[], content: Content): void {
    putBelow(this.#root, segments, content);
  }
}

function directoryBelow(root: Directory, segments: readonly string[]): Directory {
  let node = root;
  for (const segment of segments) {
    const next = node.entries.get(segment);
    if (next !== undefined && !isDirectory(next)) throw new Error(`${segment}: not a directory`);
    const made = next ?? newDirectory();
    node.entries.set(segment, made);
    node = made;
  }
  return node;
}

function putBelow(root: Directory, segments: readonly string[], content: Content): void {
  const name = segments.at(-1) ?? '';
  const parent = directoryBelow(root, segments.slice(0, -1));
  if (isDirectory(parent.entries.get(name))) throw new Error(`${name}: is a directory`);
  parent.entries.set(name, { content });
}

function sameTree(a: Directory, b: Directory): boolean {
  if (a.entries.size !== b.entries.size) return false;
  for (const [name, x] of a.entries) {
    const y = b.entries.get(name);
    if (y === undefined || isDirectory(x) !== isDirectory(y)) return false;
    if (isDirectory(x) ? !sameTree(x, y as Directory) : !sameBytes(x.content, (y as { content: Content }).content)) return false;
  }
  return true;
}
