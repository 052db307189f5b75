/**
 * Checks the sizes of files and functions (DESIGN.md section 7): files median <= 100 lines, p90 <= 350, cap 600; functions median <= 8, p90 <= 30, cap 80.
 * Tests and generated files do not count. Run by `npm run check`.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from './generate/facts.ts';
import { sourceFiles } from './source-files.ts';

export interface Sized {
  readonly name: string;
  readonly lines: number;
}
export interface Budget {
  readonly median: number;
  readonly p90: number;
  readonly cap: number;
}
export const FILES: Budget = { median: 100, p90: 350, cap: 600 };
export const FUNCTIONS: Budget = { median: 8, p90: 30, cap: 80 };

/** Text with comments, strings and regular expressions blanked, so that braces can be counted; line breaks stay. */
export function blanked(text: string): string {
  const pattern = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|\$\{(?:[^{}]|\{[^{}]*\})*\}|[^`\\])*`|(?<=[(,=:[!&|?{};\n]\s*)\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g;
  return text.replace(pattern, (m) => m.replace(/[^\n]/g, ' '));
}

const HEAD = /(?:function\s*\*?\s*([\w$]*)\s*(?:<[^>]*>)?\([^{};]*\)[^{};]*|(?:^|\n)\s*(?:(?:export|static|async|override|private|public|get|set|readonly)\s+)*\*?(#?[\w$]+)\s*(?:<[^>\n]*>)?\([^;{}]*\)\s*(?::[^;{}=]*)?|=>\s*)\{/g;
const KEYWORDS = new Set(['if', 'for', 'while', 'switch', 'catch', 'return', 'else', 'do', 'new', 'typeof', 'await']);

function endOfBlock(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth === 0) return i;
  }
  return text.length;
}

/** Functions with a block body and their length in lines, nested ones included. */
export function functionsOf(text: string, file: string): Sized[] {
  const code = blanked(text);
  const found: Sized[] = [];
  for (const m of code.matchAll(HEAD)) {
    const name = m[1] || m[2] || 'arrow';
    if (KEYWORDS.has(name)) continue;
    const open = m.index + m[0].length - 1;
    const start = code.slice(0, open).split('\n').length;
    const end = code.slice(0, endOfBlock(code, open)).split('\n').length;
    found.push({ name: `${file}:${start} ${name}`, lines: end - start + 1 });
  }
  return found;
}

export function budgetProblems(what: string, sized: readonly Sized[], budget: Budget): string[] {
  const sorted = [...sized].sort((a, b) => a.lines - b.lines);
  const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]?.lines ?? 0;
  const problems = sorted.filter((s) => s.lines > budget.cap).map((s) => `${s.name}: ${s.lines} lines, the cap of a ${what} is ${budget.cap}`);
  if (at(0.5) > budget.median) problems.push(`the median ${what} has ${at(0.5)} lines, at most ${budget.median} are allowed`);
  if (at(0.9) > budget.p90) problems.push(`the 90th percentile of a ${what} is ${at(0.9)} lines, at most ${budget.p90} are allowed`);
  return problems;
}

function main(): void {
  const files = sourceFiles().filter((f) => !f.endsWith('.test.ts'));
  const texts = files.map((f) => ({ name: relative(root, f), text: readFileSync(f, 'utf8') }));
  const sizes = texts.map(({ name, text }) => ({ name, lines: text.split('\n').length - 1 }));
  const functions = texts.flatMap(({ name, text }) => functionsOf(text, name));
  const problems = [...budgetProblems('file', sizes, FILES), ...budgetProblems('function', functions, FUNCTIONS)];
  for (const p of problems) console.error(p);
  if (problems.length > 0) process.exitCode = 1;
  else console.log(`sizes: ${sizes.length} files and ${functions.length} functions keep the budget`);
}

if (process.argv[1]?.endsWith('sizes.js')) main();
