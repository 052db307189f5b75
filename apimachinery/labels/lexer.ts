/** Splits the text of a label selector into tokens. Behaves like upstream apimachinery/pkg/labels/selector.go. */

export interface Token {
  readonly kind: 'end' | 'error' | 'identifier' | ')' | ',' | '!' | '==' | '=' | '>' | 'in' | '<' | '!=' | 'notin' | '(';
  readonly text: string;
}

export const EndOfString: Token = { kind: 'end', text: '' };

const KEYWORDS = new Set<string>([')', ',', '!', '==', '=', '>', 'in', '<', '!=', 'notin', '(']);
const isSpace = (char: string): boolean => char === ' ' || char === '\t' || char === '\r' || char === '\n';
const isSpecial = (char: string): boolean => char !== '' && '=!(),><'.includes(char);

/** The tokens, the last is the end. A NUL ends the text, as upstream. */
export function scan(text: string): Token[] {
  const nul = text.indexOf('\0');
  const source = nul < 0 ? text : text.slice(0, nul);
  const tokens: Token[] = [];
  let position = 0;
  for (;;) {
    while (isSpace(source.charAt(position))) position++;
    if (position >= source.length) break;
    const start = position;
    if (isSpecial(source.charAt(position))) {
      const [token, end] = specialSymbol(source, start);
      tokens.push(token);
      position = end;
    } else {
      while (position < source.length && !isSpace(source.charAt(position)) && !isSpecial(source.charAt(position))) position++;
      const word = source.slice(start, position);
      tokens.push({ kind: word === 'in' || word === 'notin' ? word : 'identifier', text: word });
    }
  }
  tokens.push(EndOfString);
  return tokens;
}

/** The longest operator, read one character at a time: what follows a complete one must extend it. */
function specialSymbol(source: string, start: number): [Token, number] {
  let last: Token | undefined;
  let end = start;
  while (isSpecial(source.charAt(end))) {
    const symbol = source.slice(start, end + 1);
    if (KEYWORDS.has(symbol)) last = { kind: symbol as Token['kind'], text: symbol };
    else if (last) break;
    end++;
  }
  return [last ?? { kind: 'error', text: `error expected: keyword found '${source.slice(start, end)}'` }, end];
}
