/** Patterns that users write, on an engine whose time is linear in the text (RE2, as upstream's). */
import { RE2JS } from 're2js';

const compiled = new Map<string, RE2JS>();
const MAX_KEPT = 1000;

/** Whether the pattern is found anywhere in the text. Throws RE2JSException for a pattern that is none. */
export function matches(pattern: string, text: string): boolean {
  let known = compiled.get(pattern);
  if (!known) {
    known = RE2JS.compile(pattern);
    if (compiled.size >= MAX_KEPT) compiled.clear();
    compiled.set(pattern, known);
  }
  return known.matcher(text).find();
}
