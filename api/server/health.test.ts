import { describe, expect, it } from '@jest/globals';
import type { ApiResponse } from '../../apimachinery/http.ts';
import { healthHandler } from './health.ts';

const text = (response: ApiResponse): string => (response.body.kind === 'bytes' ? new TextDecoder().decode(response.body.bytes) : '');
const none = new URLSearchParams();

function handler(failing: { storage?: string; shutdown?: string } = {}): ReturnType<typeof healthHandler> {
  return healthHandler({ storage: () => failing.storage, informers: () => undefined, bootstrapped: () => undefined, shutdown: () => failing.shutdown });
}

describe('healthHandler', () => {
  it('answers ok', () => {
    expect(text(handler()('/readyz', none))).toBe('ok');
  });

  it('lists the checks and withholds why one fails', () => {
    const response = handler({ storage: 'disk on fire' })('/livez', none);
    expect(response.status).toBe(500);
    expect(text(response)).toContain('[+]ping ok\n[+]log ok\n[-]etcd failed: reason withheld\n');
    expect(text(response)).toMatch(/livez check failed\n$/);
  });

  it('leaves out what is excluded and names what cannot be', () => {
    const response = handler({ storage: 'x' })('/livez', new URLSearchParams('verbose&exclude=etcd&exclude=nope'));
    expect(response.status).toBe(200);
    expect(text(response)).toContain('[+]etcd excluded: ok\n');
    expect(text(response)).toContain('warn: some health checks cannot be excluded: no matches for "nope"\n');
  });

  it('knows shutdown as a check of readiness only', () => {
    expect(handler({ shutdown: 'now' })('/readyz', none).status).toBe(500);
    expect(handler({ shutdown: 'now' })('/livez', none).status).toBe(200);
    expect(handler()('/livez/shutdown', none).status).toBe(404);
    expect(text(handler()('/readyz/poststarthook/rbac/bootstrap-roles', none))).toBe('ok');
  });
});
