/** StreamingService over CRI: commands and ports through containerd's streaming server, logs from files. */
import type { DuplexStream } from '../../../apimachinery/http.ts';
import type { Clock } from '../../../component-base/clock.ts';
import { RuntimeError, type ProcessStreams, type RuntimeService, type StreamingService } from '../interface.ts';
import type { SpdyStream } from '../spdy.ts';
import type { CriClient } from './cri-client.ts';
import { readLogFile } from './log-files.ts';
import { spdyConnect } from './streaming-client.ts';

const decoder = new TextDecoder();
const encoder = new TextEncoder();
const PROTOCOL = 'v4.channel.k8s.io';

export function streamingService(cri: CriClient, runtime: RuntimeService, clock: Clock): StreamingService {
  const urlOf = async (method: string, request: Record<string, unknown>): Promise<string> => (await cri.call('RuntimeService', method, request)).url as string;
  return {
    async execSync(containerId, cmd, timeoutSeconds) {
      const { stdout, stderr, exitCode } = await cri.call('RuntimeService', 'ExecSync', { containerId, cmd, timeout: Math.ceil(timeoutSeconds) }, timeoutSeconds === 0 ? 0 : (timeoutSeconds + 30) * 1000);
      return { stdout: stdout as Uint8Array, stderr: stderr as Uint8Array, exitCode: exitCode as number };
    },
    async exec(containerId, cmd, tty, streams) {
      return exitCodeOf(await runStreams(await urlOf('Exec', { containerId, cmd, tty, ...wanted(streams, tty) }), tty, streams));
    },
    async attach(containerId, tty, streams) {
      await runStreams(await urlOf('Attach', { containerId, tty, ...wanted(streams, tty) }), tty, streams);
    },
    portForward: async (podSandboxId, port) => forward(await urlOf('PortForward', { podSandboxId, port: [port] }), port),
    async *logs(id, options) {
      const { logPath } = await runtime.containerStatus(id);
      yield* readLogFile(logPath, options, { clock, isRunning: async () => (await runtime.containerStatus(id)).state === 'CONTAINER_RUNNING' });
    },
  };
}

const wanted = ({ stdin, stdout, stderr }: ProcessStreams, tty: boolean): { stdin: boolean; stdout: boolean; stderr: boolean } => ({ stdin: stdin !== undefined, stdout: stdout !== undefined, stderr: stderr !== undefined && !tty });

/** What the error stream told. */
async function runStreams(url: string, tty: boolean, streams: ProcessStreams): Promise<string> {
  const { session, done } = await spdyConnect(url, PROTOCOL);
  const leave = (): void => void session.close();
  streams.signal.addEventListener('abort', leave, { once: true });
  const error = await session.createStream({ streamtype: 'error' });
  const status = allOf(error);
  const work: Promise<void>[] = [];
  if (streams.stdin) feed(streams.stdin, await session.createStream({ streamtype: 'stdin' }));
  if (streams.stdout) work.push(drain(await session.createStream({ streamtype: 'stdout' }), streams.stdout));
  if (streams.stderr && !tty) work.push(drain(await session.createStream({ streamtype: 'stderr' }), streams.stderr));
  if (tty) sendSizes(streams, await session.createStream({ streamtype: 'resize' }));
  const text = await Promise.race([status, done.then(() => '')]);
  await Promise.all(work);
  streams.signal.removeEventListener('abort', leave);
  await session.close();
  return text;
}

/** Runs beside the command: it may end long before its caller stops to send. */
function feed(stdin: AsyncIterable<Uint8Array>, stream: SpdyStream): void {
  void (async () => {
    for await (const chunk of stdin) await stream.write(chunk);
    stream.end();
  })().catch((error: Error) => stream.destroy(error));
}

function sendSizes({ resize }: ProcessStreams, stream: SpdyStream): void {
  void (async () => {
    for await (const { width, height } of resize ?? []) await stream.write(encoder.encode(`${JSON.stringify({ Width: width, Height: height })}\n`));
  })().catch((error: Error) => stream.destroy(error));
}

async function drain(stream: SpdyStream, write: (chunk: Uint8Array) => Promise<void>): Promise<void> {
  stream.end();
  for await (const chunk of stream.readable) await write(chunk);
}

async function allOf(stream: SpdyStream): Promise<string> {
  stream.end();
  let text = '';
  for await (const chunk of stream.readable) text += decoder.decode(chunk);
  return text;
}

/** Throws when the command could not be run. */
function exitCodeOf(text: string): number {
  if (text === '') return 0;
  const status = JSON.parse(text) as { status?: string; reason?: string; message?: string; details?: { causes?: { reason: string; message: string }[] } };
  if (status.status === 'Success') return 0;
  const code = status.details?.causes?.find((c) => c.reason === 'ExitCode')?.message;
  if (status.reason === 'NonZeroExitCode' && code !== undefined) return Number(code);
  throw new RuntimeError('Unknown', status.message ?? 'the command could not be run');
}

async function forward(url: string, port: number): Promise<DuplexStream> {
  const { session, done } = await spdyConnect(url, 'portforward.k8s.io');
  const headers = { port: String(port), requestid: '0' };
  const error = await session.createStream({ ...headers, streamtype: 'error' });
  const data = await session.createStream({ ...headers, streamtype: 'data' });
  const failure = allOf(error);
  void done;
  return {
    readable: withFailure(data.readable, failure, () => session.close()),
    write: (chunk) => data.write(chunk),
    end: () => data.end(),
    destroy(reason) {
      data.destroy(reason);
      void session.close();
    },
  };
}

async function* withFailure(chunks: AsyncIterable<Uint8Array>, failure: Promise<string>, close: () => Promise<void>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield chunk;
  const text = await failure;
  await close();
  if (text !== '') throw new RuntimeError('Unknown', text);
}
