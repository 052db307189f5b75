/** Calls containerd's CRI over gRPC on its socket. Used by the services beside. */
import { accessSync, constants, existsSync } from 'node:fs';
import { Client, credentials, status, type ServiceError } from '@grpc/grpc-js';
import { RuntimeError, type RuntimeErrorCode } from '../interface.ts';
import { PACKAGE } from './cri.gen.ts';
import { decode, encode, type Message } from './protobuf.ts';

const CODES: Readonly<Record<number, RuntimeErrorCode>> = {
  [status.NOT_FOUND]: 'NotFound',
  [status.ALREADY_EXISTS]: 'AlreadyExists',
  [status.UNAVAILABLE]: 'Unavailable',
  [status.DEADLINE_EXCEEDED]: 'DeadlineExceeded',
  [status.PERMISSION_DENIED]: 'PermissionDenied',
};
/** A call takes no longer than upstream's runtime request timeout, unless told. */
const TIMEOUT_MS = 120_000;

export class CriClient {
  readonly #client: Client;
  readonly #now: () => number;

  /** `socket`: a path. Throws RuntimeError when it cannot work. */
  constructor(socket: string, now: () => number) {
    checkSocket(socket);
    this.#now = now;
    this.#client = new Client(`unix://${socket}`, credentials.createInsecure(), { 'grpc.max_receive_message_length': 16 << 20, 'grpc.enable_http_proxy': 0 });
  }

  /** `timeoutMs` 0: no limit. */
  call(service: 'RuntimeService' | 'ImageService', method: string, request: Message, timeoutMs = TIMEOUT_MS): Promise<Message> {
    const options = timeoutMs === 0 ? {} : { deadline: this.#now() + timeoutMs };
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        `/${PACKAGE}.${service}/${method}`,
        (value: Message) => Buffer.from(encode(`${method}Request`, value)),
        (bytes: Buffer) => decode(`${method}Response`, bytes),
        request,
        options,
        (error, response) => (error ? reject(fromService(error)) : resolve(response ?? {})),
      );
    });
  }

  close(): void {
    this.#client.close();
  }
}

/** One clear line: the cause, and what to do. */
function checkSocket(socket: string): void {
  if (!existsSync(socket)) throw new RuntimeError('Unavailable', `containerd does not run: there is no socket ${socket}; install and start containerd, or use --runtime simulated`);
  try {
    accessSync(socket, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw new RuntimeError('PermissionDenied', `containerd's socket ${socket} may not be used by this user; run as root, or use --runtime simulated`, error);
  }
}

function fromService(error: ServiceError): RuntimeError {
  return new RuntimeError(CODES[error.code] ?? 'Unknown', error.details, error);
}
