import { describe, expect, it } from '@jest/globals';
import type { TransportResponse } from './interface.ts';
import { errorOf } from './server-error.ts';

const answer = (status: number, text: string): TransportResponse => ({ status, headers: {}, bytes: () => Promise.resolve(new TextEncoder().encode(text)) }) as unknown as TransportResponse;

describe('the error of a failed answer', () => {
  it('is the Status that it holds', async () => {
    const error = await errorOf(answer(404, '{"kind":"Status","status":"Failure","message":"pods \\"a\\" not found","reason":"NotFound","details":{"name":"a","kind":"pods"},"code":404}'), 'GET');
    expect([error.code, error.reason, error.message, error.details]).toEqual([404, 'NotFound', 'pods "a" not found', { name: 'a', kind: 'pods' }]);
  });

  it.each([
    [404, 'GET', '404 page not found\n', 'NotFound', 'the server could not find the requested resource'],
    [409, 'POST', '', 'AlreadyExists', 'the server reported a conflict'],
    [409, 'PUT', '', 'Conflict', 'the server reported a conflict'],
    [403, 'GET', 'go away', 'Forbidden', 'go away'],
    [406, 'GET', '', 'NotAcceptable', 'the server was unable to respond with a content type that the client supports'],
    [415, 'POST', 'only JSON', 'UnsupportedMediaType', 'only JSON'],
    [502, 'GET', 'bad "gateway"', 'InternalError', 'an error on the server ("bad \\"gateway\\"") has prevented the request from succeeding'],
    [418, 'GET', 'a teapot', '', 'the server responded with the status code 418 but did not return more information'],
    [400, 'GET', '{"kind":"Other"}', 'BadRequest', 'the server rejected our request for an unknown reason'],
    [400, 'GET', '{broken', 'BadRequest', 'the server rejected our request for an unknown reason'],
  ])('with %d to a %s and no Status has the reason and the words of the code', async (code, method, text, reason, message) => {
    const error = await errorOf(answer(code, text), method);
    expect([error.code, error.reason, error.message]).toEqual([code, reason, message]);
    expect(error.details?.causes).toEqual([{ reason: 'UnexpectedServerResponse', message: text.trim() }]);
  });
});
