import { describe, expect, it } from '@jest/globals';
import type { ApiResponse, Handler, Received } from '../../apimachinery/http.ts';
import type { PodNetwork } from '../../kubelet/runtime/interface.ts';
import { simulatedAddresses } from './simulated-addresses.ts';

const network = (pod: string): PodNetwork =>
  ({
    has: (host: string) => host === pod,
    http: async ({ host, port, path }: { host: string; port: number; path: string }) => {
      if (port === 1) throw new Error(`dial tcp ${host}:${port}: connect: connection refused`);
      return { status: 200, body: `${host}:${port}${path}` };
    },
  }) as unknown as PodNetwork;

const find = simulatedAddresses([{ address: '172.31.200.1', network: network('10.244.0.2') }, { address: '172.31.200.2', network: network('10.244.1.2') }], ['10.244.0.0/16', 'fd00::/64']);
const request = { rawPath: '/x', rawQuery: 'a=b' } as Received;

async function get(url: string): Promise<string> {
  const { body } = (await (find(new URL(url)) as Handler)(request)) as ApiResponse;
  return body.kind === 'bytes' ? new TextDecoder().decode(body.bytes) : body.kind;
}

describe('the addresses of simulated pods', () => {
  it('answer with what the pod says, on the port of the scheme unless another is named', async () => {
    expect(await get('http://10.244.1.2')).toBe('10.244.1.2:80/x?a=b');
    expect(await get('https://10.244.0.2')).toBe('10.244.0.2:443/x?a=b');
    expect(await get('http://172.31.200.2:8080')).toBe('172.31.200.2:8080/x?a=b');
  });

  it.each(['http://10.244.9.9:80', 'http://[fd00::9]:80', 'http://10.244.0.2:1'])('refuse where nobody listens: %s', async (url) => {
    await expect(get(url)).rejects.toMatchObject({ code: 503, message: expect.stringContaining('error trying to reach service: dial tcp') });
  });

  it.each(['http://10.245.0.1', 'http://example.com', 'http://172.31.200.9'])('are not others: %s', (url) => {
    expect(find(new URL(url))).toBeUndefined();
  });
});
