/** `$(NAME)` in commands, arguments and values. Behaves like upstream third_party/forked/golang/expansion. */

/** `$$(NAME)` stays `$(NAME)`; names that `lookup` does not know stay as written. */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (match, name: string | undefined) => (match === '$$' ? '$' : (lookup(name ?? '') ?? match)));
}

/** As `expand`, telling which names were not found. */
export function expandStrict(text: string, lookup: (name: string) => string | undefined): { readonly text: string; readonly missing: readonly string[] } {
  const missing: string[] = [];
  const expanded = expand(text, (name) => {
    const value = lookup(name);
    if (value === undefined) missing.push(name);
    return value;
  });
  return { text: expanded, missing };
}
