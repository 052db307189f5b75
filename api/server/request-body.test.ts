import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { bodyOf } from './request-body.ts';

const textOf = async (bytes: Promise<Uint8Array>): Promise<string> => new TextDecoder().decode(await bytes);

describe('the body of a request', () => {
  it('is complete with the announced length, before the stream ends', async () => {
    const source = new PassThrough();
    const body = textOf(bodyOf(source, 4).bytes(10));
    source.write('ab');
    source.write('cd');
    expect(await body).toBe('abcd');
    expect(source.readableEnded).toBe(false);
  });

  it('of unknown length is complete with the end', async () => {
    const source = new PassThrough();
    const body = textOf(bodyOf(source, Number.NaN).bytes(10));
    source.end('abc');
    expect(await body).toBe('abc');
  });

  it('is refused beyond the limit, by what is announced or by what comes', async () => {
    await expect(bodyOf(new PassThrough(), 11).bytes(10)).rejects.toMatchObject({ code: 413 });
    const source = new PassThrough();
    const body = bodyOf(source, Number.NaN).bytes(2);
    source.end('abc');
    await expect(body).rejects.toMatchObject({ code: 413 });
  });

  it('that breaks off is a bad request', async () => {
    const source = new PassThrough();
    const body = bodyOf(source, 4).bytes(10);
    source.write('ab');
    source.destroy();
    await expect(body).rejects.toMatchObject({ code: 400, message: 'the request ended before its body was complete' });
  });
});
