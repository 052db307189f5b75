/** The sentences that format checks share. Behaves like upstream apimachinery/pkg/util/validation and pkg/api/validate/content. */

import { NOTHING } from './field.ts';

/** Tests whether a whole text has a format that messages show. Its groups capture nothing; no parenthesis stands in a class of characters. */
export const wholly = (format: string, flags = ''): RegExp => new RegExp(`^(?:${format.replaceAll(/(?<!\\)\((?!\?)/g, '(?:')})$`, flags);

/** UTF-8 bytes: what Go's len counts. */
export function byteLength(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    const isSurrogate = unit >= 0xd800 && unit < 0xe000;
    length += unit < 0x800 || isSurrogate ? 1 : 2;
  }
  return length;
}

export const maxLenError = (length: number): string => `must be no more than ${length} characters`;
/** As checks of labels say it. */
export const maxBytesError = (length: number): string => `must be no more than ${length} bytes`;
export const emptyError = (): string => 'must be non-empty';
export const inclusiveRangeError = (low: number, high: number): string => `must be between ${low} and ${high}, inclusive`;

export function regexError(message: string, format: string, ...examples: readonly string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${format}')`;
  return `${message} (e.g. ${examples.map((e) => `'${e}', `).join(' or ')}regex used for validation is '${format}')`;
}

/** Names that would leave a folder. */
export function hasChDirPrefix(value: string): readonly string[] {
  if (value === '.') return ["must not be '.'"];
  if (value === '..') return ["must not be '..'"];
  return value.startsWith('..') ? ["must not start with '..'"] : NOTHING;
}
