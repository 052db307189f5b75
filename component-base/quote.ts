/** strconv.Quote for the ASCII and printable texts that occur here. */
export const quote = (text: string): string => JSON.stringify(text).replace(/\\u00([01][0-9a-f])/g, '\\x$1');
