/** Elements of DER, as far as a certificate request needs them. */

export interface Element {
  readonly tag: number;
  /** With tag and length. */
  readonly whole: Buffer;
  readonly content: Buffer;
  /** Of a constructed element. */
  readonly children: readonly Element[];
}

const CONSTRUCTED = 0x20;

/** The element at the start; undefined: the bytes are none. */
export function readElement(bytes: Buffer): Element | undefined {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) return undefined;
  const count = first < 0x80 ? 0 : first & 0x7f;
  if (count > 4 || bytes.length < 2 + count) return undefined;
  const length = count === 0 ? first : bytes.readUIntBE(2, count);
  const start = 2 + count;
  if (bytes.length < start + length) return undefined;
  const content = bytes.subarray(start, start + length);
  return {
    tag: tag & 0x1f,
    whole: bytes.subarray(0, start + length),
    content,
    children: (tag & CONSTRUCTED) === 0 ? [] : readAll(content),
  };
}

function readAll(bytes: Buffer): readonly Element[] {
  const elements: Element[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    const element = readElement(rest);
    if (!element) return elements;
    elements.push(element);
    rest = rest.subarray(element.whole.length);
  }
  return elements;
}
