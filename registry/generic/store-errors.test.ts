import { describe, expect, it } from '@jest/globals';
import { closed, notServed, StorageError } from '../../storage/errors.ts';
import { interpretStorageError } from './store-errors.ts';

describe('what storage throws', () => {
  it('tells a resource that is gone from a server that stops', () => {
    expect(interpretStorageError(notServed('widgets.example.com'))).toMatchObject({ code: 404, reason: 'NotFound', message: 'the server could not find the requested resource' });
    expect(interpretStorageError(closed())).toMatchObject({ code: 503, reason: 'ServiceUnavailable' });
  });

  it("tells what etcd says in etcd's words, without a reason", () => {
    for (const code of ['Unavailable', 'UnknownOutcome', 'TooLarge'] as const) {
      expect(interpretStorageError(new StorageError(code, 'etcdserver: leader changed'))).toMatchObject({ code: 500, reason: '', message: 'etcdserver: leader changed', details: undefined });
    }
  });

  it('tells that no answer came in time', () => {
    const message = 'Timeout: request did not complete within requested timeout - context deadline exceeded';
    for (const code of ['Unavailable', 'UnknownOutcome'] as const) expect(interpretStorageError(new StorageError(code, 'late', { isLate: true }))).toMatchObject({ code: 504, reason: 'Timeout', message });
  });

  it('passes other errors through', () => {
    const error = new Error('other');
    expect(interpretStorageError(error)).toBe(error);
  });
});
