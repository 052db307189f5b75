/**
 * Command-line flags in upstream's form: `--name=value`, `--name value`, `--bool`. A program declares its flags as rows (name, type, default); what a user mistypes is
 * refused by name. Behaves like upstream github.com/spf13/pflag.
 */
import { DurationError, durationMs, parseDuration } from './duration.ts';

export interface FlagSpec {
  readonly name: string;
  /** pflag's type name: bool, int, int32, float32, duration, string, strings (comma-separated, repeatable), stringArray (repeatable), stringToString, mapStringBool, ip, … */
  readonly type: string;
  /** As text; '' when unset. */
  readonly default: string;
  readonly description?: string;
  /** One letter, without the dash. */
  readonly short?: string;
}

/** What a user typed wrong; the message is ready to print. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

const LISTS = new Set(['strings', 'stringArray', 'namedCertKey', 'stringSlice']);
const MAPS = new Set(['stringToString', 'mapStringString', 'mapStringBool', 'colonSeparatedMultimapStringString']);
/** Maps of which an entry may stand without a value (`--runtime-config=api/v1`): upstream's ConfigurationMap, which calls itself mapStringString, too. */
const BARE_KEYS = new Set(['runtime-config', 'node-labels']);
const INTEGERS = new Set(['int', 'int32', 'int64', 'uint', 'Level']);
const FLOATS = new Set(['float', 'float32', 'float64']);

/** Go's words for what is wrong with a duration. */
function durationProblem(value: string): string | undefined {
  try {
    parseDuration(value);
    return undefined;
  } catch (error) {
    if (error instanceof DurationError) return error.message;
    throw error;
  }
}

function problemOf(spec: FlagSpec, value: string): string | undefined {
  if (spec.type === 'bool') return /^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value) ? undefined : `strconv.ParseBool: parsing "${value}": invalid syntax`;
  if (INTEGERS.has(spec.type)) return /^[+-]?\d+$/.test(value) ? undefined : `strconv.ParseInt: parsing "${value}": invalid syntax`;
  if (FLOATS.has(spec.type)) return value !== '' && Number.isFinite(Number(value)) ? undefined : `strconv.ParseFloat: parsing "${value}": invalid syntax`;
  if (spec.type === 'duration') return durationProblem(value);
  if (BARE_KEYS.has(spec.name)) return undefined;
  if (MAPS.has(spec.type)) return value === '' || value.split(',').every((p) => /[=:]/.test(p)) ? undefined : `${value} must be formatted as key=value`;
  return undefined;
}

function pairOf(text: string): [string, string] {
  const at = text.search(/[=:]/);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** The flags of one call, by name. Names that were not declared throw: a typo in the program, not of the user. */
export class Flags {
  readonly #specs: ReadonlyMap<string, FlagSpec>;
  readonly #values = new Map<string, string[]>();
  /** What stands on the line beside flags, in order. */
  readonly args: readonly string[];

  constructor(specs: readonly FlagSpec[], argv: readonly string[]) {
    this.#specs = new Map(specs.map((s) => [s.name, s]));
    this.args = this.#parse(argv);
  }

  /** Whether the user gave it. */
  isSet(name: string): boolean {
    return this.#values.has(this.#spec(name).name);
  }

  /** The last value given, else the default. */
  string(name: string): string {
    return this.#values.get(name)?.at(-1) ?? this.#spec(name).default;
  }

  bool(name: string): boolean {
    return /^(1|t)/i.test(this.string(name));
  }

  number(name: string): number {
    return Number(this.string(name) || 0);
  }

  /** In milliseconds. */
  duration(name: string): number {
    return durationMs(this.string(name) || '0');
  }

  /** All values given; comma-separated for type strings. */
  strings(name: string): readonly string[] {
    const spec = this.#spec(name);
    const fallback = spec.default.replace(/^\[|\]$/g, '');
    const given = this.#values.get(name) ?? (fallback === '' ? [] : [fallback]);
    return spec.type === 'stringArray' ? given : given.flatMap((v) => v.split(',')).filter((v) => v !== '');
  }

  /** `a=b,c=d`, repeated or not. */
  map(name: string): ReadonlyMap<string, string> {
    const pairs = (this.#values.get(name) ?? []).flatMap((v) => v.split(',')).filter((v) => v !== '');
    return new Map(pairs.map(pairOf));
  }

  /** Names the user gave, in order of first use. */
  get given(): readonly string[] {
    return [...this.#values.keys()];
  }

  #spec(name: string): FlagSpec {
    const spec = this.#specs.get(name);
    if (!spec) throw new Error(`flag ${name} is not declared`);
    return spec;
  }

  #parse(argv: readonly string[]): string[] {
    const rest: string[] = [];
    for (let i = 0; i < argv.length; i++) {
      const word = argv[i] ?? '';
      if (word === '--') return [...rest, ...argv.slice(i + 1)];
      if (!word.startsWith('-') || word === '-') rest.push(word);
      else if (this.#take(word, argv[i + 1])) i++;
    }
    return rest;
  }

  /** Takes one flag; true when it used the next word, too. */
  #take(word: string, next: string | undefined): boolean {
    const [, dashes = '', name = '', , inline] = /^(--?)([^=]*)(=([\s\S]*))?$/.exec(word) ?? [];
    const spec = dashes === '--' ? this.#specs.get(name) : [...this.#specs.values()].find((s) => s.short === name);
    if (!spec) throw new FlagError(dashes === '--' ? `unknown flag: --${name}` : `unknown shorthand flag: '${name[0] ?? ''}' in ${word}`);
    const value = inline ?? (spec.type === 'bool' ? 'true' : next);
    if (value === undefined) throw new FlagError(`flag needs an argument: --${spec.name}`);
    const problem = problemOf(spec, value);
    if (problem !== undefined) throw new FlagError(`invalid argument "${value}" for "--${spec.name}" flag: ${problem}`);
    this.#values.set(spec.name, LISTS.has(spec.type) || MAPS.has(spec.type) ? [...(this.#values.get(spec.name) ?? []), value] : [value]);
    return inline === undefined && spec.type !== 'bool';
  }
}

/** The flag whose name is nearest to what was typed, for a hint; undefined when none is near. */
export function nearestFlag(typed: string, specs: readonly FlagSpec[]): string | undefined {
  const scored = specs.map((s) => ({ name: s.name, distance: editDistance(typed, s.name) })).sort((a, b) => a.distance - b.distance)[0];
  return scored && scored.distance <= 2 ? scored.name : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The help text: a line a flag, in the order declared. */
export function flagUsage(specs: readonly FlagSpec[]): string {
  const left = specs.map((s) => `  ${s.short ? `-${s.short}, ` : '    '}--${s.name}${s.type === 'bool' ? '' : ` ${s.type}`}`);
  const width = Math.max(...left.map((l) => l.length)) + 2;
  return specs.map((s, i) => `${(left[i] ?? '').padEnd(width)}${s.description ?? ''}${s.default === '' ? '' : ` (default ${s.default})`}`.trimEnd()).join('\n');
}
