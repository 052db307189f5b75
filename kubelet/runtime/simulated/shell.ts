/** Plays the few programs that the simulated runtime knows: echo, cat, env, true, false, sleep, touch, rm, and sh -c of these. */
import { parseScript, UnsupportedSyntax, type Redirect, type Simple, type Word } from './shell-parser.ts';

/** What a played process sees of its container. */
export interface ProcessContext {
  readonly env: Map<string, string>;
  readonly stdin: AsyncIterable<Uint8Array> | undefined;
  out(stream: 1 | 2, text: string): Promise<void>;
  readFile(path: string): Promise<Uint8Array | undefined>;
  writeFile(path: string, bytes: Uint8Array, append: boolean): Promise<void>;
  removeFile(path: string): Promise<boolean>;
  sleep(ms: number): Promise<void>;
  /** A program that is none of the known ones. Its exit code. */
  unknown(argv: readonly string[], shell: boolean): Promise<number>;
}

class Exit {
  readonly code: number;
  constructor(code: number) {
    this.code = code;
  }
}

type Program = (argv: readonly string[], context: ProcessContext) => Promise<number>;
const decoder = new TextDecoder();
const encoder = new TextEncoder();

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

async function touch(argv: readonly string[], context: ProcessContext): Promise<number> {
  for (const path of argv.slice(1)) if (!path.startsWith('-')) await context.writeFile(path, new Uint8Array(0), true);
  return 0;
}

async function rm(argv: readonly string[], context: ProcessContext): Promise<number> {
  const force = argv.some((a) => /^-\w*f/.test(a));
  let code = 0;
  for (const path of argv.slice(1).filter((a) => !a.startsWith('-'))) {
    if ((await context.removeFile(path)) || force) continue;
    code = 1;
    await context.out(2, `rm: can't remove '${path}': No such file or directory\n`);
  }
  return code;
}

async function sh(argv: readonly string[], context: ProcessContext): Promise<number> {
  const flag = argv.findIndex((a, i) => i > 0 && /^-\w*c$/.test(a));
  if (flag < 0) return context.unknown(argv, false);
  return runScript(argv[flag + 1] ?? '', context);
}

const KNOWN: Readonly<Record<string, Program>> = {
  echo, cat, env, printenv: env, sleep, touch, rm, sh, bash: sh, ash: sh,
  true: async () => 0,
  ':': async () => 0,
  false: async () => 1,
};

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const programOf = (name: string): Program | undefined => (Object.hasOwn(KNOWN, baseName(name)) ? KNOWN[baseName(name)] : undefined);

/** Whether the first word names a program that can be played. */
export function isKnown(argv: readonly string[]): boolean {
  return argv[0] !== undefined && programOf(argv[0]) !== undefined;
}

/** Runs a command as exec(2) would: no shell reads its words. The exit code. */
export async function runCommand(argv: readonly string[], context: ProcessContext): Promise<number> {
  return (programOf(argv[0] ?? '') ?? (() => context.unknown(argv, false)))(argv, context);
}

async function runScript(text: string, context: ProcessContext): Promise<number> {
  let script: Simple[];
  try {
    script = parseScript(text);
  } catch (error) {
    if (!(error instanceof UnsupportedSyntax)) throw error;
    return context.unknown(['sh', '-c', text], true);
  }
  let code = 0;
  try {
    for (const command of script) {
      if ((command.when === 'success' && code !== 0) || (command.when === 'failure' && code === 0)) continue;
      code = await runSimple(command, code, context);
    }
  } catch (error) {
    if (error instanceof Exit) return error.code;
    throw error;
  }
  return code;
}

async function runSimple(command: Simple, last: number, context: ProcessContext): Promise<number> {
  const expand = (word: Word): string => word.map((p) => ('text' in p ? p.text : p.variable === '?' ? String(last) : (context.env.get(p.variable) ?? ''))).join('');
  const env = command.words.length === 0 ? context.env : new Map(context.env);
  for (const { name, value } of command.assignments) env.set(name, expand(value));
  const argv = command.words.map(expand);
  const inner = await redirected({ ...context, env }, command.redirects, expand);
  if (argv.length === 0) return 0;
  if (argv[0] === 'exit') throw new Exit(argv[1] === undefined ? last : Number(argv[1]) & 255);
  if (argv[0] === 'exec') throw new Exit(await runCommand(argv.slice(1), inner));
  const program = programOf(argv[0] ?? '');
  return program ? program(argv, inner) : context.unknown(argv, true);
}

async function redirected(context: ProcessContext, redirects: readonly Redirect[], expand: (word: Word) => string): Promise<ProcessContext> {
  let out = context.out.bind(context);
  for (const { from, to } of redirects) {
    const before = out;
    if ('stream' in to) out = (stream, text) => before(stream === from ? to.stream : stream, text);
    else {
      const path = expand(to.file);
      if (path === '/dev/null') out = (stream, text) => (stream === from ? Promise.resolve() : before(stream, text));
      else {
        await context.writeFile(path, new Uint8Array(0), to.append);
        out = (stream, text) => (stream === from ? context.writeFile(path, encoder.encode(text), true) : before(stream, text));
      }
    }
  }
  return { ...context, out };
}
