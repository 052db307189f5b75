import { describe, expect, it } from '@jest/globals';
import { closed, notServed } from '../../storage/errors.ts';
import { interpretStorageError } from './store-errors.ts';

const GR = { group: 'example.com', resource: 'widgets' };

describe('what storage throws', () => {
  it('tells a resource that is gone from a server that stops', () => {
    expect(interpretStorageError(notServed('widgets.example.com'), GR, 'get')).toMatchObject({ code: 404, reason: 'NotFound', message: 'the server could not find the requested resource' });
    expect(interpretStorageError(closed(), GR, 'get')).toMatchObject({ code: 503, reason: 'ServiceUnavailable' });
  });

  it('passes other errors through', () => {
    const error = new Error('other');
    expect(interpretStorageError(error, GR, 'get')).toBe(error);
  });
});
