import { describe, expect, it } from '@jest/globals';
import { ErrorCode } from './error.ts';
import { decodeHeaders, encodeHeaders, HeaderReader } from './hpack.ts';
import { decodeHuffman } from './huffman.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(text.replaceAll(' ', '').match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

describe('HPACK', () => {
  // RFC 7541, appendix C.4 and C.6.
  it.each([
    ['f1e3 c2e5 f23a 6ba0 ab90 f4ff', 'www.example.com'],
    ['a8eb 1064 9cbf', 'no-cache'],
    ['25a8 49e9 5ba9 7d7f', 'custom-key'],
    ['25a8 49e9 5bb8 e8b4 bf', 'custom-value'],
    ['6402', '302'],
    ['d07a be94 1054 d444 a820 0595 040b 8166 e082 a62d 1bff', 'Mon, 21 Oct 2013 20:13:21 GMT'],
    ['94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07', 'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1'],
  ])('reads %s', (bytes, text) => {
    expect(decodeHuffman(hex(bytes))).toBe(text);
  });

  it('reads every byte that Huffman code can hold', () => {
    // 'a' (5 bits), '{' (15 bits), filled up with ones.
    expect(decodeHuffman(hex('1fff ef'))).toBe('a{');
    // 0xff has 26 bits.
    expect(decodeHuffman(hex('ffff fbbf'))).toBe('\u00ff');
  });

  it('refuses Huffman code that is cut short, or goes on after its end', () => {
    expect(() => decodeHuffman(hex('00ff ff'))).toThrow('cut short');
    expect(() => decodeHuffman(hex('10'))).toThrow('cut short');
    expect(() => decodeHuffman(hex('ffff ffff ff'))).toThrow('after its end');
  });

  // RFC 7541, appendix C.2, C.3.1.
  it('reads fields by number and in words, and passes over sizes of the table', () => {
    expect([...decodeHeaders(hex('20 82 86 84 41 0f 7777 772e 6578 616d 706c 652e 636f 6d'))]).toEqual([
      [':method', 'GET'],
      [':scheme', 'http'],
      [':path', '/'],
      [':authority', 'www.example.com'],
    ]);
    expect([...decodeHeaders(hex('040c 2f73 616d 706c 652f 7061 7468'))]).toEqual([[':path', '/sample/path']]);
    expect([...decodeHeaders(hex('1008 7061 7373 776f 7264 0673 6563 7265 74'))]).toEqual([['password', 'secret']]);
  });

  it('reads what it writes, long values and those that are no ASCII included', () => {
    const fields = [[':method', 'POST'], [':path', `/${'x'.repeat(300)}`], ['te', 'trailers'], ['content-type', 'application/grpc'], ['token', 'ä']] as const;
    expect([...decodeHeaders(encodeHeaders(fields))]).toEqual(fields.map(([name, value]) => [name, value]));
    expect(encodeHeaders([[':method', 'POST']])).toEqual(hex('83'));
  });

  it('refuses fields of a table that there is none of, and blocks that are cut short', () => {
    expect(() => decodeHeaders(hex('be'))).toThrow('in no table');
    expect(() => decodeHeaders(hex('80'))).toThrow('in no table');
    expect(() => decodeHeaders(hex('040c 2f73'))).toThrow('cut short');
    expect(() => decodeHeaders(hex('7f'))).toThrow('cut short');
  });

  // RFC 7541, appendix C.3 and C.5.
  it('keeps a table of what was written so, and lets the oldest go when it is full', () => {
    const requests = new HeaderReader({ tableBytes: 4096, mostBytes: 1000 });
    requests.read(hex('8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d'));
    expect(requests.read(hex('8286 84be 5808 6e6f 2d63 6163 6865')).slice(6)).toEqual([':authority', 'www.example.com', 'cache-control', 'no-cache']);
    expect(requests.read(hex('8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65'))).toEqual(
      [':method', 'GET', ':scheme', 'https', ':path', '/index.html', ':authority', 'www.example.com', 'custom-key', 'custom-value'],
    );
    const responses = new HeaderReader({ tableBytes: 256, mostBytes: 1000 });
    const first = responses.read(hex('4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d'));
    expect(first.slice(0, 4)).toEqual([':status', '302', 'cache-control', 'private']);
    expect(responses.read(hex('4803 3330 37c1 c0bf'))).toEqual([':status', '307', ...first.slice(2)]);
    // ':status 302' had to go, so the oldest one has the number before.
    expect(responses.read(hex('c1'))).toEqual(['cache-control', 'private']);
    expect(() => responses.read(hex('c2'))).toThrow('in no table');
  });

  it('makes the table as large as the writer says, within what it may be', () => {
    const reader = new HeaderReader({ tableBytes: 100, mostBytes: 1000 });
    reader.read(hex('4001 6101 62'));
    expect(reader.read(hex('be'))).toEqual(['a', 'b']);
    reader.read(hex('20'));
    expect(() => reader.read(hex('be'))).toThrow('in no table');
    expect(() => reader.read(hex('3f46'))).toThrow('resized');
    expect(() => new HeaderReader({ tableBytes: 100, mostBytes: 1000 }).read(hex('82 20'))).toThrow('resized');
  });

  it('refuses more than may be, and says by its code what is wrong', () => {
    const most = new HeaderReader({ tableBytes: 0, mostBytes: 70 });
    expect(most.read(hex('0001 6101 62'))).toEqual(['a', 'b']);
    const large = new HeaderReader({ tableBytes: 0, mostBytes: 40 });
    expect(() => large.read(hex('0001 6101 62 0001 6101 62'))).toThrow(expect.objectContaining({ code: ErrorCode.enhanceYourCalm }));
    expect(() => large.read(hex('80'))).toThrow(expect.objectContaining({ code: ErrorCode.compression }));
    expect(() => large.read(hex('00ff ffff ffff ff7f'))).toThrow('too large');
  });
});
