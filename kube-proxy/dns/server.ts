/** The cluster's DNS server: UDP and TCP on one port, answers from ./records.ts, everything else goes to the machine's own name servers. */
import { createSocket, type Socket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket as TcpSocket } from 'node:net';
import * as packet from 'dns-packet';
import { describeError, type Log } from '../../component-base/log.ts';
import type { Clock } from '../../component-base/clock.ts';
import { resolve, type DnsAnswer, type DnsRecord, type DnsView, type Question } from './records.ts';

export interface DnsServerOptions {
  readonly view: DnsView;
  readonly address: string;
  readonly port: number;
  /** `cluster.local` */
  readonly domain: string;
  /** Name servers for other names; absent: those of /etc/resolv.conf. */
  readonly upstream?: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}

export interface DnsServer {
  readonly port: number;
  close(): Promise<void>;
}

const TTL = 30;
const UPSTREAM_TIMEOUT_MS = 2000;
const UDP_LIMIT = 1232;
const ATTEMPTS = 10;
const NXDOMAIN = 3;
const SERVFAIL = 2;
const REFUSED = 5;

function systemNameServers(): string[] {
  try {
    return [...readFileSync('/etc/resolv.conf', 'utf8').matchAll(/^nameserver\s+(\S+)/gm)].map((m) => m[1] ?? '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

const toAnswer = (r: DnsRecord): packet.Answer => ({ ...r, ttl: TTL, class: 'IN' }) as packet.Answer;

export function encodeAnswer(query: packet.Packet, answer: DnsAnswer | { readonly error: number }): Uint8Array {
  const code = 'error' in answer ? answer.error : answer.code === 'NXDOMAIN' ? NXDOMAIN : 0;
  const isOurs = !('error' in answer);
  return packet.encode({
    type: 'response',
    id: query.id ?? 0,
    flags: packet.RECURSION_DESIRED | packet.RECURSION_AVAILABLE | (isOurs ? packet.AUTHORITATIVE_ANSWER : 0) | code,
    questions: query.questions ?? [],
    answers: isOurs ? answer.records.map(toAnswer) : [],
    additionals: isOurs ? answer.additional.map(toAnswer) : [],
  });
}

/** Passes a question on and gives the raw answer; undefined when nobody answered in time. */
function ask(server: string, query: Uint8Array, clock: Clock): Promise<Uint8Array | undefined> {
  const socket = createSocket(server.includes(':') ? 'udp6' : 'udp4');
  return new Promise((done) => {
    const finish = (answer: Uint8Array | undefined): void => {
      timer.stop();
      socket.close();
      done(answer);
    };
    const timer = clock.after(UPSTREAM_TIMEOUT_MS, () => finish(undefined));
    socket.once('message', (message) => finish(message));
    socket.once('error', () => finish(undefined));
    socket.send(query, 53, server);
  });
}

class Responder {
  readonly #options: DnsServerOptions;
  readonly #upstream: readonly string[];

  constructor(options: DnsServerOptions) {
    this.#options = options;
    this.#upstream = (options.upstream ?? systemNameServers()).filter((s) => s !== options.address);
  }

  async answer(message: Uint8Array): Promise<Uint8Array> {
    const query = packet.decode(Buffer.from(message));
    const [question] = query.questions ?? [];
    if (!question) return encodeAnswer(query, { error: REFUSED });
    const ours = this.#resolveAll({ name: question.name.toLowerCase().replace(/\.$/, ''), type: question.type });
    if (ours) return encodeAnswer(query, ours);
    for (const server of this.#upstream) {
      const answer = await ask(server, message, this.#options.clock);
      if (answer) return answer;
    }
    return encodeAnswer(query, { error: this.#upstream.length === 0 ? REFUSED : SERVFAIL });
  }

  /** Follows a CNAME within the cluster, so that the asker need not. */
  #resolveAll(question: Question): DnsAnswer | undefined {
    const { domain, view } = this.#options;
    const answer = resolve(question, domain, view);
    const [first] = answer?.records ?? [];
    if (first?.type !== 'CNAME' || question.type === 'CNAME') return answer;
    const next = resolve({ name: first.data.toLowerCase(), type: question.type }, domain, view);
    return { code: 'NOERROR', records: [first, ...(next?.records ?? [])], additional: [] };
  }
}

function serveUdp(socket: Socket, responder: Responder, log: Log): void {
  socket.on('message', (message, from) => {
    void responder.answer(message).then(
      (answer) => socket.send(answer.length > UDP_LIMIT ? truncated(answer) : answer, from.port, from.address),
      (error: unknown) => log.debug('a DNS question could not be read', { err: describeError(error) }),
    );
  });
}

/** Header and question alone with the truncation bit: the client asks again over TCP. */
function truncated(answer: Uint8Array): Uint8Array {
  const full = packet.decode(Buffer.from(answer));
  return packet.encode({ type: 'response', id: full.id ?? 0, flags: (full.flags ?? 0) | packet.TRUNCATED_RESPONSE, questions: full.questions ?? [] });
}

function serveTcp(socket: TcpSocket, responder: Responder, log: Log): void {
  let buffer = Buffer.alloc(0);
  socket.on('error', (error) => log.debug('a DNS connection failed', { err: error.message }));
  socket.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (; buffer.length >= 2 && buffer.length >= 2 + buffer.readUInt16BE(0); buffer = buffer.subarray(2 + buffer.readUInt16BE(0))) {
      const message = Uint8Array.from(buffer.subarray(2, 2 + buffer.readUInt16BE(0)));
      void responder.answer(message).then(
        (answer) => socket.write(Buffer.concat([Uint8Array.of(answer.length >> 8, answer.length & 0xff), answer])),
        () => socket.destroy(),
      );
    }
  });
}

function bound(socket: Socket, port: number, address: string): Promise<number> {
  return new Promise((done, fail) => {
    socket.once('error', fail);
    socket.bind(port, address, () => {
      socket.off('error', fail);
      done(socket.address().port);
    });
  });
}

function listening(server: Server, port: number, address: string): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, address, () => {
      server.off('error', fail);
      done();
    });
  });
}

interface Sockets {
  readonly udp: Socket;
  readonly tcp: Server;
  readonly port: number;
}

/** Both on one port. Of port 0, one that is free for UDP may be taken for TCP: then another is taken. */
async function openSockets(options: DnsServerOptions, tcp: Server, attempt = 1): Promise<Sockets> {
  const udp = createSocket(options.address.includes(':') ? 'udp6' : 'udp4');
  const port = await bound(udp, options.port, options.address);
  try {
    await listening(tcp, port, options.address);
    return { udp, tcp, port };
  } catch (error) {
    udp.close();
    if (options.port !== 0 || attempt === ATTEMPTS || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return openSockets(options, tcp, attempt + 1);
  }
}

export async function startDnsServer(options: DnsServerOptions): Promise<DnsServer> {
  const responder = new Responder(options);
  const { udp, tcp, port } = await openSockets(options, createServer((socket) => serveTcp(socket, responder, options.log)));
  udp.on('error', (error) => options.log.warn('the DNS socket failed', { err: error.message }));
  const open = new Set<TcpSocket>();
  tcp.on('connection', (s) => {
    open.add(s);
    s.once('close', () => open.delete(s));
  });
  serveUdp(udp, responder, options.log);
  return {
    port,
    async close() {
      for (const s of open) s.destroy();
      await new Promise<void>((done) => udp.close(() => done()));
      await new Promise<void>((done) => tcp.close(() => done()));
    },
  };
}
