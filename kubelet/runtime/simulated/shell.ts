/** Plays `sh -c` and the few programs that the simulated runtime knows (shell-programs.ts). */
import { ArithmeticError, calculate } from './shell-arithmetic.ts';
import { parseScript, type Command, type Redirect, type Script, type Simple, type Step } from './shell-parser.ts';
import { baseName, programNamed, type ProcessContext, type Program } from './shell-programs.ts';
import { quotedPartsOf, UnsupportedSyntax, type Word, type WordPart } from './shell-words.ts';

export type { ProcessContext } from './shell-programs.ts';

class Exit {
  readonly code: number;
  constructor(code: number) {
    this.code = code;
  }
}

const encoder = new TextEncoder();
const SHELLS = new Set(['sh', 'bash', 'ash', 'dash']);

async function sh(argv: readonly string[], context: ProcessContext): Promise<number> {
  const flag = argv.findIndex((a, i) => i > 0 && /^-\w*c$/.test(a));
  if (flag < 0) return context.unknown(argv, false);
  return runScript(argv[flag + 1] ?? '', context);
}

const programOf = (name: string): Program | undefined => (SHELLS.has(baseName(name)) ? sh : programNamed(name));

/** Whether the first word names a program that can be played. */
export function isKnown(argv: readonly string[]): boolean {
  return argv[0] !== undefined && programOf(argv[0]) !== undefined;
}

/** Runs a command as exec(2) would: no shell reads its words. The exit code. */
export async function runCommand(argv: readonly string[], context: ProcessContext): Promise<number> {
  return (programOf(argv[0] ?? '') ?? (() => context.unknown(argv, false)))(argv, context);
}

async function runScript(text: string, context: ProcessContext): Promise<number> {
  try {
    return await new Interpreter().run(parseScript(text), context);
  } catch (error) {
    if (error instanceof UnsupportedSyntax) return context.unknown(['sh', '-c', text], true);
    if (error instanceof ArithmeticError) {
      await context.out(2, `sh: arithmetic: ${error.message}\n`);
      return 2;
    }
    throw error;
  }
}

/** One shell process: its functions, its traps and the exit code of its last command. */
class Interpreter {
  readonly #functions = new Map<string, Script>();
  readonly #traps = new Map<string, string>();
  #last = 0;
  /** `set -e` */
  #stopsAtFailure = false;

  /** Throws UnsupportedSyntax, ArithmeticError. */
  async run(script: Script, context: ProcessContext): Promise<number> {
    try {
      return await this.#script(script, context);
    } catch (error) {
      if (error instanceof Exit) return error.code;
      throw error;
    }
  }

  async #script(script: Script, context: ProcessContext): Promise<number> {
    let code = 0;
    for (const [i, step] of script.entries()) {
      if ((step.when === 'success' && code !== 0) || (step.when === 'failure' && code === 0)) continue;
      code = await this.#step(step, context);
      if (code !== 0 && this.#stopsAtFailure && !step.negated && (script[i + 1]?.when ?? 'always') === 'always') throw new Exit(code);
    }
    return code;
  }

  async #step({ command, negated }: Step, context: ProcessContext): Promise<number> {
    const code = await this.#command(command, context);
    this.#last = negated ? Number(code === 0) : code;
    await this.#takeSignals(context);
    return this.#last;
  }

  #command(command: Command, context: ProcessContext): Promise<number> {
    switch (command.kind) {
      case 'simple':
        return this.#simple(command, context);
      case 'if':
        return this.#if(command, context);
      case 'loop':
        return this.#loop(command, context);
      case 'for':
        return this.#for(command, context);
      case 'group':
        return this.#script(command.body, context);
      case 'function':
        this.#functions.set(command.name, command.body);
        return Promise.resolve(0);
    }
  }

  async #if({ arms, otherwise }: Extract<Command, { kind: 'if' }>, context: ProcessContext): Promise<number> {
    for (const { condition, body } of arms) if ((await this.#tested(condition, context)) === 0) return this.#script(body, context);
    return this.#script(otherwise, context);
  }

  async #loop({ until, condition, body }: Extract<Command, { kind: 'loop' }>, context: ProcessContext): Promise<number> {
    let code = 0;
    while (((await this.#tested(condition, context)) === 0) !== until) {
      code = await this.#script(body, context);
      /** A loop that waits for nothing must not keep everybody else from running. */
      await context.sleep(1);
    }
    return code;
  }

  async #for({ name, words, body }: Extract<Command, { kind: 'for' }>, context: ProcessContext): Promise<number> {
    let code = 0;
    for (const value of await this.#fields(words, context)) {
      context.env.set(name, value);
      code = await this.#script(body, context);
    }
    return code;
  }

  /** A condition may fail under `set -e`. */
  async #tested(condition: Script, context: ProcessContext): Promise<number> {
    const stops = this.#stopsAtFailure;
    this.#stopsAtFailure = false;
    const code = await this.#script(condition, context);
    this.#stopsAtFailure = stops;
    return code;
  }

  async #simple(command: Simple, context: ProcessContext): Promise<number> {
    const argv = await this.#fields(command.words, context);
    const isOwn = argv.length === 0 || this.#functions.has(argv[0] ?? '');
    const env = isOwn ? context.env : new Map(context.env);
    for (const { name, value } of command.assignments) env.set(name, await this.#text(value, context));
    const inner = await this.#redirected({ ...context, env }, command.redirects);
    if (argv.length === 0) return 0;
    return this.#builtin(argv, context, inner) ?? this.#program(argv, inner);
  }

  #builtin(argv: readonly string[], context: ProcessContext, inner: ProcessContext): Promise<number> | undefined {
    switch (argv[0]) {
      case 'exit':
        throw new Exit(argv[1] === undefined ? this.#last : Number(argv[1]) & 255);
      case 'exec':
        return runCommand(argv.slice(1), inner).then((code) => Promise.reject(new Exit(code)));
      case 'trap':
        return this.#trap(argv, context);
      case 'export':
        return Promise.resolve(exported(argv, context.env));
      case 'set':
        this.#stopsAtFailure ||= argv.some((a) => /^-\w*e/.test(a));
        return Promise.resolve(0);
      default:
        return undefined;
    }
  }

  #program(argv: readonly string[], context: ProcessContext): Promise<number> {
    const own = this.#functions.get(argv[0] ?? '');
    if (own) return this.#script(own, context);
    const program = programOf(argv[0] ?? '');
    return program ? program(argv, context) : context.unknown(argv, true);
  }

  #trap([, action = '', ...names]: readonly string[], { signals }: ProcessContext): Promise<number> {
    for (const name of names.map((n) => n.replace(/^SIG/, ''))) {
      this.#traps.set(name, action);
      signals.trapped.add(name);
    }
    return Promise.resolve(0);
  }

  async #takeSignals(context: ProcessContext): Promise<void> {
    for (const name of context.signals.pending) {
      const action = this.#traps.get(name);
      if (action === undefined) continue;
      context.signals.pending.delete(name);
      await this.#script(parseScript(action), context);
    }
  }

  /** Values without quotes are split at blanks. */
  async #fields(words: readonly Word[], context: ProcessContext): Promise<string[]> {
    const out: string[] = [];
    for (const word of words) {
      let field: string | undefined;
      for (const part of word) {
        const value = await this.#value(part, context);
        if ('text' in part || part.quoted) {
          field = (field ?? '') + value;
          continue;
        }
        const pieces = value.split(/[ \t\n]+/);
        for (const [i, piece] of pieces.entries()) {
          if (i > 0 && field !== undefined) out.push(field);
          if (i > 0) field = undefined;
          if (piece !== '') field = (field ?? '') + piece;
        }
      }
      if (field !== undefined) out.push(field);
    }
    return out;
  }

  async #text(word: Word, context: ProcessContext): Promise<string> {
    let text = '';
    for (const part of word) text += await this.#value(part, context);
    return text;
  }

  async #value(part: WordPart, context: ProcessContext): Promise<string> {
    if ('text' in part) return part.text;
    if ('command' in part) return this.#output(part.command, context);
    if ('arithmetic' in part) return String(calculate(await this.#text(quotedPartsOf(part.arithmetic), context), (name) => variable(name, context)));
    if (part.variable === '?') return String(this.#last);
    if (part.variable === '$') return '1';
    if (part.variable === '#') return '0';
    return variable(part.variable, context) || (part.fallback ?? '');
  }

  /** What a command prints, without the line ends behind it. */
  async #output(text: string, context: ProcessContext): Promise<string> {
    let printed = '';
    const out: ProcessContext['out'] = async (stream, chunk) => {
      if (stream === 1) printed += chunk;
      else await context.out(stream, chunk);
    };
    this.#last = await new Interpreter().run(parseScript(text), { ...context, env: new Map(context.env), out });
    return printed.replace(/\n+$/, '');
  }

  async #redirected(context: ProcessContext, redirects: readonly Redirect[]): Promise<ProcessContext> {
    let out = context.out.bind(context);
    for (const { from, to } of redirects) {
      const before = out;
      if ('stream' in to) out = (stream, text) => before(stream === from ? to.stream : stream, text);
      else {
        const path = await this.#text(to.file, context);
        if (path === '/dev/null') out = (stream, text) => (stream === from ? Promise.resolve() : before(stream, text));
        else {
          await context.writeFile(path, new Uint8Array(0), to.append);
          out = (stream, text) => (stream === from ? context.writeFile(path, encoder.encode(text), true) : before(stream, text));
        }
      }
    }
    return { ...context, out };
  }
}

const variable = (name: string, { env, random }: ProcessContext): string => env.get(name) ?? (name === 'RANDOM' ? String(random(32_768)) : '');

/** `export NAME=VALUE`: the environment is one with the variables here. */
function exported(argv: readonly string[], env: Map<string, string>): number {
  for (const word of argv.slice(1)) {
    const at = word.indexOf('=');
    if (at > 0) env.set(word.slice(0, at), word.slice(at + 1));
  }
  return 0;
}
