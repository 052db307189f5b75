/** Regular expressions, on an engine whose time is linear in the text. Behaves like upstream cel-go/common/types/string.go (Match) and apiserver/pkg/cel/library/regex.go. */
import { RE2JS, RE2JSException } from 're2js';
import { Failure, type Result, type Value } from '../values.ts';
import type { Library } from './function.ts';

const compiled = new Map<string, RE2JS | RE2JSException>();
const MAX_KEPT = 1000;

function compile(pattern: string): RE2JS | RE2JSException {
  const known = compiled.get(pattern);
  if (known) return known;
  if (compiled.size >= MAX_KEPT) compiled.clear();
  const found = compileNew(pattern);
  compiled.set(pattern, found);
  return found;
}

function compileNew(pattern: string): RE2JS | RE2JSException {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (error instanceof RE2JSException) return error;
    throw error;
  }
}

/** Why a pattern is none; undefined: it is one. */
export function patternProblem(pattern: string): string | undefined {
  const regex = compile(pattern);
  return regex instanceof RE2JS ? undefined : regex.message;
}

function found(text: string, regex: RE2JS, limit: number): string[] {
  const matcher = regex.matcher(text);
  const out: string[] = [];
  while (out.length !== limit && matcher.find()) out.push(matcher.group() ?? '');
  return out;
}

function findAll([text, pattern, limit = -1n]: readonly Value[]): Result | undefined {
  if (typeof text !== 'string' || typeof pattern !== 'string' || typeof limit !== 'bigint') return undefined;
  const regex = compile(pattern);
  return regex instanceof RE2JS ? found(text, regex, limit < 0n ? -1 : Number(limit)) : new Failure(`Illegal regex: ${regex.message}`);
}

export const PATTERNS: Library = {
  matches: ([text, pattern]) => {
    if (typeof text !== 'string' || typeof pattern !== 'string') return undefined;
    const regex = compile(pattern);
    return regex instanceof RE2JS ? regex.matcher(text).find() : new Failure(regex.message);
  },
  find: ([text, pattern]) => {
    if (typeof text !== 'string' || typeof pattern !== 'string') return undefined;
    const regex = compile(pattern);
    return regex instanceof RE2JS ? (found(text, regex, 1)[0] ?? '') : new Failure(`Illegal regex: ${regex.message}`);
  },
  findAll,
};
