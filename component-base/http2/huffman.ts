/**
 * Text in the Huffman code of HPACK (RFC 7541, appendix B), as it stands in headers. Neighbour: hpack.ts.
 * Behaves like upstream golang.org/x/net/http2/hpack/huffman.go.
 */
import { ConnectionError, ErrorCode } from './error.ts';

/** The length in bits of the code of each byte, and of the end (256), in base 36: codes of one length count up, the shortest come first. */
const LENGTHS =
  'dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6cad67777777777777777777777878djde6f56565666577666567655677777fbeds' +
  'kmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmnqqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrqu';
const END = 256;
const LONGEST = 30;

type Node = [zero: Node | number | undefined, one: Node | number | undefined];

let root: Node | undefined;

function insert(into: Node, code: number, length: number, symbol: number): void {
  let node = into;
  for (let bit = length - 1; bit > 0; bit--) {
    const side = (code >>> bit) & 1;
    node = (node[side] ??= [undefined, undefined]) as Node;
  }
  node[code & 1] = symbol;
}

function makeTree(): Node {
  const tree: Node = [undefined, undefined];
  for (let length = 1, code = 0; length <= LONGEST; length++, code <<= 1) {
    for (let symbol = 0; symbol <= END; symbol++) if (Number.parseInt(LENGTHS[symbol] as string, 36) === length) insert(tree, code++, length, symbol);
  }
  return tree;
}

const refused = (what: string): Error => new ConnectionError(ErrorCode.compression, what);

/** Throws a ConnectionError on what is not in this code. */
export function decodeHuffman(bytes: Uint8Array): string {
  root ??= makeTree();
  let text = '';
  let node = root;
  /** Since the last character: their number, and whether all of them were ones. */
  let bits = 0;
  let areOnes = true;
  for (const byte of bytes) {
    for (let mask = 128; mask > 0; mask >>= 1) {
      const next = node[(byte & mask) === 0 ? 0 : 1];
      bits++;
      areOnes &&= (byte & mask) !== 0;
      if (typeof next !== 'number') {
        if (!next) throw refused('a header is not in Huffman code');
        node = next;
        continue;
      }
      if (next === END) throw refused('a header in Huffman code goes on after its end');
      text += String.fromCharCode(next);
      [node, bits, areOnes] = [root, 0, true];
    }
  }
  if (bits > 7 || !areOnes) throw refused('a header in Huffman code is cut short');
  return text;
}
