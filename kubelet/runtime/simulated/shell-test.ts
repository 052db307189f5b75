/** `test`, `[` and `[[`: whether something holds of texts, numbers and files. */
import { numberOf } from './shell-arithmetic.ts';

const OF_TEXTS: Readonly<Record<string, (a: string, b: string) => boolean>> = { '=': (a, b) => a === b, '==': (a, b) => a === b, '!=': (a, b) => a !== b };
const OF_NUMBERS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '-eq': (a, b) => a === b,
  '-ne': (a, b) => a !== b,
  '-lt': (a, b) => a < b,
  '-le': (a, b) => a <= b,
  '-gt': (a, b) => a > b,
  '-ge': (a, b) => a >= b,
};
const OF_FILES = new Set(['-e', '-f', '-r', '-s']);

export class TestSyntax extends Error {
  override readonly name = 'TestSyntax';
}

/** `words`: without the brackets. Throws TestSyntax, ArithmeticError. */
export async function holds(words: readonly string[], readFile: (path: string) => Promise<Uint8Array | undefined>): Promise<boolean> {
  const [a = '', b = '', c = ''] = words;
  if (words.length > 1 && a === '!') return !(await holds(words.slice(1), readFile));
  if (words.length === 0) return false;
  if (words.length === 1) return a !== '';
  if (words.length === 2) return unary(a, b, readFile);
  if (words.length === 3 && Object.hasOwn(OF_TEXTS, b)) return OF_TEXTS[b]?.(a, c) === true;
  if (words.length === 3 && Object.hasOwn(OF_NUMBERS, b)) return OF_NUMBERS[b]?.(numberOf(a), numberOf(c)) === true;
  throw new TestSyntax(`${words.join(' ')}: unknown operator`);
}

async function unary(operator: string, operand: string, readFile: (path: string) => Promise<Uint8Array | undefined>): Promise<boolean> {
  if (operator === '-n') return operand !== '';
  if (operator === '-z') return operand === '';
  if (!OF_FILES.has(operator)) throw new TestSyntax(`${operator}: unknown operator`);
  const bytes = await readFile(operand);
  return operator === '-s' ? (bytes?.length ?? 0) > 0 : bytes !== undefined;
}
