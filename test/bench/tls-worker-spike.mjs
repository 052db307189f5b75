/**
 * Does TLS and HTTP/2 in a worker thread pay on two cores? Prints CPU microseconds per request (whole process and main thread alone) for a 1 KiB GET, and for
 * the same answers relayed from the main thread to a TLS worker. Run: `node test/bench/tls-worker-spike.mjs`.
 */
import { execFileSync, fork } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import http2 from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { MessageChannel, Worker, isMainThread, workerData, parentPort } from 'node:worker_threads';

const REQUESTS = Number(process.env.REQUESTS ?? 20000);
const PARALLEL = Number(process.env.PARALLEL ?? 32);
const SIZE = Number(process.env.SIZE ?? 1024);
const body = new Uint8Array(SIZE).fill(120);
const HEADERS = { ':status': 200, 'content-type': 'application/json', 'cache-control': 'no-cache, private', 'audit-id': '00000000-0000-4000-8000-000000000000' };

function certificate() {
  const dir = mkdtempSync(join(tmpdir(), 'spike-'));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', join(dir, 'k'), '-out', join(dir, 'c'), '-subj', '/CN=localhost', '-days', '1'], { stdio: 'ignore' });
  return { key: readFileSync(join(dir, 'k')), cert: readFileSync(join(dir, 'c')) };
}

function serve(tls, answer) {
  const server = http2.createSecureServer({ ...tls, allowHTTP1: true });
  server.on('stream', (stream, headers) => answer(headers[':path'], (bytes) => {
    stream.respond(HEADERS);
    stream.end(bytes);
  }));
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve({ port: server.address().port, close: () => server.close() })));
}

async function inMain(tls) {
  const { port } = await serve(tls, (_path, reply) => reply(body));
  return { port, loop: () => performance.eventLoopUtilization() };
}

function inWorker(tls) {
  return new Promise((resolve) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { tls } });
    const { port1, port2 } = new MessageChannel();
    port1.on('message', ([id]) => {
      port1.postMessage([id, body]);
    });
    worker.postMessage(port2, [port2]);
    worker.on('message', (port) => resolve({ port, loop: () => performance.eventLoopUtilization(), worker }));
  });
}

if (process.argv[2] === 'client') {
  const session = http2.connect(`https://127.0.0.1:${process.argv[3]}`, { rejectUnauthorized: false });
  let left = REQUESTS;
  const started = performance.now();
  const one = () => new Promise((resolve, reject) => {
    const stream = session.request({ ':path': '/api/v1/namespaces/default/pods/x' });
    stream.on('error', reject).on('data', () => {}).on('end', resolve);
  });
  await Promise.all(Array.from({ length: PARALLEL }, async () => {
    while (left-- > 0) await one();
  }));
  process.send(performance.now() - started);
  session.close();
} else if (!isMainThread) {
  const calls = new Map();
  let next = 0;
  const channel = await new Promise((resolve) => parentPort.once('message', resolve));
  channel.on('message', ([id, bytes]) => {
    calls.get(id)(bytes);
    calls.delete(id);
  });
  const { port } = await serve(workerData.tls, (path, reply) => {
    calls.set(++next, reply);
    channel.postMessage([next, path]);
  });
  parentPort.postMessage(port);
} else {
  const tls = certificate();
  for (const [name, start] of [['main thread', inMain], ['worker thread', inWorker]]) {
    const { port, loop, worker } = await start(tls);
    const run = () => new Promise((resolve) => {
      const child = fork(process.argv[1], ['client', String(port)]);
      child.on('message', resolve);
    });
    await run();
    const cpu = process.cpuUsage();
    const before = loop();
    const ms = await run();
    const used = process.cpuUsage(cpu);
    const busy = performance.eventLoopUtilization(before).active;
    console.log(`${name}: ${(REQUESTS / ms * 1000).toFixed(0)} requests/s, ${((used.user + used.system) / REQUESTS).toFixed(1)} us CPU/request in all, ${(busy * 1000 / REQUESTS).toFixed(1)} us/request of the main loop`);
    await worker?.terminate();
  }
  process.exit(0);
}
