/** What a rule's messageExpression says. Behaves like upstream apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go (evalMessageExpression). */
import type { Program } from '../cel/program.ts';
import { Failure, type Result } from '../cel/values.ts';
import { goQuote } from '../go-text.ts';

const CALL_LIMIT = 1_000_000;
const LONGEST = 5 * 1024;

export interface Message {
  /** undefined: it says nothing that can be shown. */
  readonly text?: string;
  /** Why no further rule is run. */
  readonly stop?: string;
}

/** Takes the cost from the budget. */
export function evaluateMessage(program: Program, source: string, variables: ReadonlyMap<string, Result>, account: { budget: number }): Message {
  const { value, cost } = program.evaluate(variables, CALL_LIMIT);
  if (cost > account.budget) return { stop: 'messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run' };
  if (value instanceof Failure && value.message.startsWith('operation cancelled: actual cost limit exceeded')) return { stop: `no further validation rules will be run due to call cost exceeds limit for messageExpression: ${goQuote(source)}` };
  account.budget -= cost;
  const text = typeof value === 'string' ? value.trim() : '';
  const isShown = text !== '' && !text.includes('\n') && new TextEncoder().encode(text).length <= LONGEST;
  return isShown ? { text } : {};
}
