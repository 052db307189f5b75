/** How the names of fields are written in expressions, where they are no words: `a-b` is `a__dash__b`. Behaves like upstream apiserver/pkg/cel/escaping.go. */

/** Words that are no names in CEL. */
export const RESERVED: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);

const SIGNS: Readonly<Record<string, string>> = { __: '__underscores__', '.': '__dot__', '-': '__dash__', '/': '__slash__' };
const BY_NAME: Readonly<Record<string, string>> = Object.fromEntries(Object.entries(SIGNS).map(([sign, name]) => [name, sign]));

/** undefined: it cannot be written. */
export function escapeName(name: string): string | undefined {
  if (!/^[A-Za-z_./-][A-Za-z0-9_./-]*$/.test(name)) return undefined;
  return RESERVED.has(name) ? `__${name}__` : name.replace(/__|[-./]/g, (sign) => SIGNS[sign] ?? sign);
}

/** undefined: nothing is written so. */
export function unescapeName(text: string): string | undefined {
  if (!text.includes('__')) return text;
  let isKnown = true;
  const name = text.replace(/__[^_]+__/g, (part) => {
    const sign = BY_NAME[part] ?? (RESERVED.has(part.slice(2, -2)) ? part.slice(2, -2) : undefined);
    isKnown &&= sign !== undefined;
    return sign ?? '';
  });
  return isKnown ? name : undefined;
}
