/** PodNetwork over the node's own sockets: pods are reached at their addresses. Behaves like upstream pkg/probe/{http,tcp,grpc}. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Client, credentials, status as grpcStatus, type ServiceError } from '@grpc/grpc-js';
import type { DuplexStream } from '../../apimachinery/http.ts';
import { RuntimeError, type HttpProbe, type HttpProbeAnswer, type PodNetwork } from '../runtime/interface.ts';

const MAX_BODY = 10 * 1024;
const SERVING = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

/** `now`: milliseconds since the epoch, for gRPC's deadlines. */
export function nodeNetwork(dial: (host: string, port: number, timeoutMs?: number) => Promise<DuplexStream>, now: () => number): PodNetwork {
  return {
    http,
    async tcp(host, port, timeoutMs) {
      (await dial(host, port, timeoutMs)).end();
    },
    grpc: (host, port, service, timeoutMs) => grpcHealth(`${host.includes(':') ? `[${host}]` : host}:${port}`, service, timeoutMs, now),
    dial: (host, port) => dial(host, port),
  };
}

function http({ scheme, host, port, path, headers, timeoutMs }: HttpProbe): Promise<HttpProbeAnswer> {
  return new Promise((resolve, reject) => {
    const options = { host, port, path, method: 'GET', headers: Object.fromEntries(headers.map((h) => [h.name, h.value])), agent: false, timeout: timeoutMs, rejectUnauthorized: false };
    const request = (scheme === 'https' ? httpsRequest : httpRequest)(options, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        if (size < MAX_BODY) chunks.push(chunk);
        size += chunk.length;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).subarray(0, MAX_BODY).toString() }));
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('context deadline exceeded (Client.Timeout exceeded while awaiting headers)')));
    request.on('error', (error: NodeJS.ErrnoException) => reject(new RuntimeError('Unavailable', error.code === 'ECONNREFUSED' ? `dial tcp ${host}:${port}: connect: connection refused` : error.message, error)));
    request.end();
  });
}

/** grpc.health.v1.Health/Check: `{1: service}` in, `{1: status}` out. */
function grpcHealth(address: string, service: string, timeoutMs: number, now: () => number): Promise<string> {
  const client = new Client(address, credentials.createInsecure(), { 'grpc.enable_http_proxy': 0 });
  const text = Buffer.from(service);
  return new Promise<string>((resolve, reject) => {
    client.makeUnaryRequest(
      '/grpc.health.v1.Health/Check',
      (message: Buffer) => message,
      (bytes: Buffer) => SERVING[bytes[0] === 8 ? (bytes[1] ?? 0) : 0] ?? 'UNKNOWN',
      text.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([10, text.length]), text]),
      { deadline: now() + timeoutMs },
      (error, answer) => (error ? reject(healthError(error, address, timeoutMs)) : resolve(answer ?? 'UNKNOWN')),
    );
  }).finally(() => client.close());
}

function healthError(error: ServiceError, address: string, timeoutMs: number): Error {
  if (error.code === grpcStatus.UNIMPLEMENTED) return new Error(`error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${error.details}`, { cause: error });
  if (error.code === grpcStatus.DEADLINE_EXCEEDED) return new Error(`timeout: failed to connect service "${address}" within ${timeoutMs / 1000}s: context deadline exceeded`, { cause: error });
  return new Error(`error: health rpc probe failed: ${error.details}`, { cause: error });
}
