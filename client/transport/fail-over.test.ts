import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../component-base/clock.ts';
import { silentLog } from '../../component-base/log.ts';
import type { Transport, TransportRequest, TransportResponse } from '../interface.ts';
import { newFailOverTransport } from './fail-over.ts';

type Behaviour = 'answers' | 'unready' | 'refuses' | 'breaks' | 'hangs';

class Server implements Transport {
  behaviour: Behaviour = 'answers';
  readonly asked: string[] = [];
  #hanging: ((error: Error) => void)[] = [];

  send({ method, path, signal }: TransportRequest): Promise<TransportResponse> {
    this.asked.push(`${method} ${path}`);
    if (this.behaviour === 'answers' || this.behaviour === 'unready') return Promise.resolve({ status: this.behaviour === 'unready' ? 500 : 200, headers: {}, bytes: () => Promise.resolve(new Uint8Array()) } as unknown as TransportResponse);
    if (this.behaviour === 'refuses') return Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    if (this.behaviour === 'breaks') return Promise.reject(new Error('the connection broke'));
    return new Promise((_, reject) => {
      this.#hanging.push(reject);
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
    });
  }

  upgrade(): never {
    throw new Error('not asked for');
  }

  close(): Promise<void> {
    for (const reject of this.#hanging.splice(0)) reject(new Error('closed'));
    return Promise.resolve();
  }
}

const turns = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
};

function setUp() {
  const [a, b, clock] = [new Server(), new Server(), new FakeClock()];
  return { a, b, clock, transport: newFailOverTransport([a, b], { clock, log: silentLog }) };
}

describe('a fail-over list', () => {
  it('repeats at the next server what was not sent, and stays there', async () => {
    const { a, b, transport } = setUp();
    a.behaviour = 'refuses';
    await transport.send({ method: 'POST', path: '/x' });
    await transport.send({ method: 'POST', path: '/y' });
    expect([a.asked, b.asked]).toEqual([['POST /x'], ['POST /x', 'POST /y']]);
  });

  it('repeats reads, and fails writes of which nobody knows', async () => {
    const { a, b, transport } = setUp();
    a.behaviour = 'breaks';
    await transport.send({ method: 'GET', path: '/r' });
    b.behaviour = 'breaks';
    a.behaviour = 'answers';
    await expect(transport.send({ method: 'POST', path: '/w' })).rejects.toThrow('broke');
    expect(a.asked).toEqual(['GET /r']);
    await transport.send({ method: 'POST', path: '/w' });
    expect(a.asked).toEqual(['GET /r', 'POST /w']);
  });

  it('leaves a server that is frozen: what hangs there goes on at the next', async () => {
    const { a, b, clock, transport } = setUp();
    a.behaviour = 'hangs';
    const read = transport.send({ method: 'GET', path: '/r' });
    clock.step(3000);
    await turns();
    clock.step(3000);
    await read;
    expect([a.asked, b.asked]).toEqual([['GET /r', 'GET /readyz'], ['GET /r']]);
  });

  it('leaves a server that stays unready for one that is ready, and stays where none is', async () => {
    const { a, b, clock, transport } = setUp();
    a.behaviour = b.behaviour = 'unready';
    const probe = async (): Promise<void> => {
      clock.step(3000);
      await turns();
    };
    for (let i = 0; i < 3; i++) await probe();
    await transport.send({ method: 'GET', path: '/1' });
    b.behaviour = 'answers';
    await probe();
    await transport.send({ method: 'GET', path: '/2' });
    expect([a.asked, b.asked].map((asked) => asked.filter((one) => one !== 'GET /readyz'))).toEqual([['GET /1'], ['GET /2']]);
  });

  it('asks a server that is not ready once more a second later', async () => {
    const { a, b, clock, transport } = setUp();
    a.behaviour = 'unready';
    for (const ms of [3000, 1000]) {
      clock.step(ms);
      await turns();
    }
    await transport.send({ method: 'GET', path: '/r' });
    expect(b.asked.at(-1)).toBe('GET /r');
  });

  it('stays with a server that is unready for one probe', async () => {
    const { a, b, clock, transport } = setUp();
    for (const behaviour of ['unready', 'answers', 'unready'] as const) {
      a.behaviour = behaviour;
      clock.step(3000);
      await turns();
    }
    await transport.send({ method: 'GET', path: '/r' });
    expect(b.asked).toEqual([]);
    expect(a.asked.at(-1)).toBe('GET /r');
  });

  it('fails when no server can be reached', async () => {
    const { a, b, transport } = setUp();
    a.behaviour = b.behaviour = 'refuses';
    await expect(transport.send({ method: 'GET', path: '/r' })).rejects.toThrow('refused');
  });
});
