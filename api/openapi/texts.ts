/** Descriptions of types, fields and parameters (./texts.gen.ts): loaded when a document is first asked for, for they are long, and most servers never need them. */
import type { TextOf } from './schemas.ts';

export async function loadTexts(): Promise<TextOf> {
  const { TEXTS } = await import('./texts.gen.ts');
  const parsed = new Map<string, Readonly<Record<string, string>>>();
  return (owner, field) => {
    let of = parsed.get(owner);
    if (!of) parsed.set(owner, (of = JSON.parse(TEXTS[owner] ?? '{}') as Readonly<Record<string, string>>));
    return of[field];
  };
}
