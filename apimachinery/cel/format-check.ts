/** Looks at string.format() with a literal text and a literal list, before anything is evaluated. Behaves like upstream cel-go/ext/formatting.go (stringFormatValidator). */
import { FormatProblem, replaceClauses, type Clause } from './library/format-template.ts';
import { REFUSALS } from './library/formatting.ts';
import type { CallExpr, Expr, Issue } from './syntax.ts';
import type { CelType } from './types.ts';

const NUMBERS = ['int', 'uint'];
const TEXTUAL = ['list', 'map', 'int', 'uint', 'double', 'bool', 'string', 'google.protobuf.Timestamp', 'bytes', 'google.protobuf.Duration', 'type', 'null_type'];
const TYPES: Readonly<Record<string, readonly string[]>> = { d: NUMBERS, f: ['double', 'string'], e: ['double', 'string'], b: [...NUMBERS, 'bool'], x: [...NUMBERS, 'string', 'bytes'], X: [...NUMBERS, 'string', 'bytes'], o: NUMBERS };

export function formatIssues({ target, args: [list], position }: CallExpr): readonly Issue[] {
  if (target?.kind !== 'literal' || typeof target.value !== 'string' || list?.kind !== 'list') return [];
  const args = list.elements.map(({ value }) => value);
  let used = 0;
  try {
    replaceClauses(target.value, args.length, false, (clause) => {
      used++;
      return check(clause, args);
    });
  } catch (error) {
    if (!(error instanceof FormatProblem)) throw error;
    const culprit = args.find((arg) => contains(arg, error.culprit));
    return [{ position: culprit ? (error.culprit as Expr).position : position, message: error.message }];
  }
  return args.length > used ? [{ position, message: `too many arguments supplied to string.format (expected ${used}, got ${args.length})` }] : [];
}

const contains = (arg: Expr, wanted: unknown): boolean => arg === wanted || parts(arg).some((part) => contains(part, wanted));

function parts(e: Expr): readonly Expr[] {
  if (e.kind === 'list') return e.elements.map(({ value }) => value);
  return e.kind === 'map' ? e.entries.flatMap(({ key, value }) => [key, value]) : [];
}

const allows = (names: readonly string[], type: CelType | undefined): boolean => type === undefined || type.kind === 'dyn' || names.includes(type.name);

function check({ index, letter }: Clause, args: readonly Expr[]): string {
  const arg = args[index];
  const wrong = arg && (letter === 's' ? unwritable(arg) : allows(TYPES[letter] ?? [], arg.type) ? undefined : arg);
  if (wrong) throw new FormatProblem(`${REFUSALS[letter] ?? ''}, was given ${wrong.type?.name ?? ''}`, wrong);
  return '';
}

/** What of a value %s does not write. */
function unwritable(e: Expr): Expr | undefined {
  if (!allows(TEXTUAL, e.type)) return e;
  for (const part of parts(e)) {
    const wrong = unwritable(part);
    if (wrong) return wrong;
  }
  return undefined;
}
