/** The programs that the simulated runtime knows, without the shell (shell.ts): echo, cat, env, true, false, sleep, touch, rm, mv, mkdir, test, expr, hostname. */
import { ArithmeticError, calculate } from './shell-arithmetic.ts';
import { holds, TestSyntax } from './shell-test.ts';

/** What a played process sees of its container. */
export interface ProcessContext {
  readonly env: Map<string, string>;
  readonly stdin: AsyncIterable<Uint8Array> | undefined;
  /** Signals that the process takes: a container is told of SIGTERM. */
  readonly signals: Signals;
  out(stream: 1 | 2, text: string): Promise<void>;
  readFile(path: string): Promise<Uint8Array | undefined>;
  writeFile(path: string, bytes: Uint8Array, append: boolean): Promise<void>;
  removeFile(path: string): Promise<boolean>;
  sleep(ms: number): Promise<void>;
  /** An integer in [0, n). */
  random(n: number): number;
  /** A program that is none of the known ones. Its exit code. */
  unknown(argv: readonly string[], shell: boolean): Promise<number>;
}

export interface Signals {
  /** Those that a script has trapped. */
  readonly trapped: Set<string>;
  /** Those that came and have not been seen. */
  readonly pending: Set<string>;
}

export const noSignals = (): Signals => ({ trapped: new Set(), pending: new Set() });

export type Program = (argv: readonly string[], context: ProcessContext) => Promise<number>;
const decoder = new TextDecoder();

async function echo(argv: readonly string[], context: ProcessContext): Promise<number> {
  let [newline, escapes, at] = [true, false, 1];
  for (; /^-[neE]+$/.test(argv[at] ?? ''); at++) {
    if (argv[at]?.includes('n')) newline = false;
    if (argv[at]?.includes('e')) escapes = true;
  }
  let text = argv.slice(at).join(' ');
  if (escapes) text = text.replace(/\\([nt\\])/g, (_, c: string) => (c === 'n' ? '\n' : c === 't' ? '\t' : '\\'));
  await context.out(1, newline ? `${text}\n` : text);
  return 0;
}

async function catStdin(context: ProcessContext): Promise<void> {
  for await (const chunk of context.stdin ?? []) await context.out(1, decoder.decode(chunk));
}

async function cat(argv: readonly string[], context: ProcessContext): Promise<number> {
  if (argv.length === 1) {
    await catStdin(context);
    return 0;
  }
  let code = 0;
  for (const path of argv.slice(1)) {
    const bytes = path === '-' ? undefined : await context.readFile(path);
    if (path === '-') await catStdin(context);
    else if (bytes) await context.out(1, decoder.decode(bytes));
    else {
      code = 1;
      await context.out(2, `cat: can't open '${path}': No such file or directory\n`);
    }
  }
  return code;
}

async function env(_: readonly string[], context: ProcessContext): Promise<number> {
  await context.out(1, [...context.env].map(([k, v]) => `${k}=${v}\n`).join(''));
  return 0;
}

/** Seconds with fraction and the suffixes of coreutils. */
async function sleep(argv: readonly string[], context: ProcessContext): Promise<number> {
  const m = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(argv[1] ?? '');
  if (argv[1] === 'infinity' || argv[1] === 'inf') return context.unknown(argv, false);
  if (!m) {
    await context.out(2, `sleep: invalid number '${argv[1] ?? ''}'\n`);
    return 1;
  }
  await context.sleep(Number(m[1]) * 1000 * ({ m: 60, h: 3600, d: 86400 }[m[2] ?? ''] ?? 1));
  return 0;
}

const operands = (argv: readonly string[]): string[] => argv.slice(1).filter((a) => !a.startsWith('-'));

async function touch(argv: readonly string[], context: ProcessContext): Promise<number> {
  for (const path of operands(argv)) await context.writeFile(path, new Uint8Array(0), true);
  return 0;
}

async function rm(argv: readonly string[], context: ProcessContext): Promise<number> {
  const force = argv.some((a) => /^-\w*f/.test(a));
  let code = 0;
  for (const path of operands(argv)) {
    if ((await context.removeFile(path)) || force) continue;
    code = 1;
    await context.out(2, `rm: can't remove '${path}': No such file or directory\n`);
  }
  return code;
}

/** Files only; a target that ends with `/` is a directory. */
async function mv(argv: readonly string[], context: ProcessContext): Promise<number> {
  const [from = '', to = ''] = operands(argv);
  const bytes = await context.readFile(from);
  if (!bytes) {
    await context.out(2, `mv: can't rename '${from}': No such file or directory\n`);
    return 1;
  }
  const target = to.endsWith('/') ? `${to}${from.slice(from.lastIndexOf('/') + 1)}` : to;
  await context.writeFile(target, bytes, false);
  await context.removeFile(from);
  if (argv.some((a) => /^-\w*v/.test(a))) await context.out(1, `'${from}' -> '${target}'\n`);
  return 0;
}

/** The last word of `[` and `[[` is their closing bracket. */
async function test(argv: readonly string[], context: ProcessContext): Promise<number> {
  const closing = argv[0] === '[' ? ']' : argv[0] === '[[' ? ']]' : undefined;
  try {
    if (closing !== undefined && argv.at(-1) !== closing) throw new TestSyntax(`missing ${closing}`);
    return (await holds(argv.slice(1, closing === undefined ? undefined : -1), (path) => context.readFile(path))) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestSyntax || error instanceof ArithmeticError)) throw error;
    await context.out(2, `sh: ${error.message}\n`);
    return 2;
  }
}

async function expr(argv: readonly string[], context: ProcessContext): Promise<number> {
  try {
    const value = calculate(argv.slice(1).map((a) => (a === '=' ? '==' : a)).join(' '), () => '');
    await context.out(1, `${value}\n`);
    return value === 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof ArithmeticError)) throw error;
    await context.out(2, `expr: ${error.message}\n`);
    return 2;
  }
}

async function hostname(_: readonly string[], context: ProcessContext): Promise<number> {
  await context.out(1, `${context.env.get('HOSTNAME') ?? ''}\n`);
  return 0;
}

const succeed = async (): Promise<number> => 0;

const PROGRAMS: Readonly<Record<string, Program>> = { echo, cat, env, printenv: env, sleep, touch, rm, mv, mkdir: succeed, test, '[': test, '[[': test, expr, hostname, true: succeed, ':': succeed, false: async () => 1 };

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
export const programNamed = (name: string): Program | undefined => (Object.hasOwn(PROGRAMS, baseName(name)) ? PROGRAMS[baseName(name)] : undefined);
