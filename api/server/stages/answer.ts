/**
 * Outermost: whatever is thrown becomes an answer, what takes too long is told so (./deadline.ts says how long), answers are counted and timed, and every one carries the headers of all answers.
 * Behaves like upstream apiserver/pkg/server/filters/wrap.go and timeout.go.
 */
import type { ApiResponse, Handler, Received, ResponseHeaders } from '../../../apimachinery/http.ts';
import { isStatusError, newTimeout, type StatusError } from '../../../apimachinery/errors.ts';
import { endingWith } from '../../../apimachinery/feed.ts';
import type { Obj } from '../../../apimachinery/meta.ts';
import type { Clock } from '../../../component-base/clock.ts';
import type { Log } from '../../../component-base/log.ts';
import { statusAnswer } from '../../endpoints/errors.ts';
import { ChainRequest } from '../chain-request.ts';
import { Deadline, Deadlines } from '../deadlines.ts';
import { isLongRunning } from '../long-running.ts';
import type { RequestMetrics } from '../request-metrics.ts';
import { asStatusError } from '../status-response.ts';
import { warningHeaders } from '../warning-headers.ts';

/** Of a resource that does not exist, or to strangers, nothing is counted by name: they would fill the table. */
const UNCOUNTED = new Set([401, 403, 404]);

export interface AnswerDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: RequestMetrics;
}

/** Never throws nor rejects. */
export function withAnswers(next: Handler<ChainRequest>, deps: AnswerDeps): Handler<Received> {
  const answering = new Answering(deps);
  return (received) => {
    const request = new ChainRequest(received);
    try {
      const answer = next(request);
      return answer instanceof Promise ? answering.later(request, answer) : answering.given(request, answer);
    } catch (error) {
      return answering.failed(request, error);
    }
  };
}

class Answering {
  readonly #deps: AnswerDeps;
  readonly #deadlines: Deadlines;

  constructor(deps: AnswerDeps) {
    this.#deps = deps;
    this.#deadlines = new Deadlines(deps.clock);
  }

  later(request: ChainRequest, answer: Promise<ApiResponse>): Promise<ApiResponse> {
    const { timeoutMs } = request;
    if (timeoutMs === undefined) return answer.then((response) => this.given(request, response)).catch((error: unknown) => this.failed(request, error));
    return new Promise((resolve) => {
      const pending = new Pending(this, request, resolve);
      this.#deadlines.add(pending, timeoutMs);
      answer.then((response) => pending.given(response), (error: unknown) => pending.failed(error));
    });
  }

  /** It has its answer. */
  settled(deadline: Deadline): void {
    this.#deadlines.remove(deadline);
  }

  given(request: ChainRequest, response: ApiResponse): ApiResponse {
    const { body, status } = response;
    if (request.countedFrom === undefined) return completed(request, response);
    if (body.kind !== 'bytes' && isLongRunning(request.info)) return completed(request, this.#countedAtEnd(request, response));
    this.#count(request, status, body.kind === 'bytes' ? body.bytes.length : undefined);
    return completed(request, response);
  }

  failed(request: ChainRequest, error: unknown): ApiResponse {
    const status = asStatusError(error);
    if (!isStatusError(error) && !request.signal.aborted) this.#deps.log.error('the handler failed', error, { method: request.method, path: request.rawPath });
    if (request.countedFrom !== undefined) this.#count(request, status.code);
    return completed(request, refusal(status, request));
  }

  #count({ info, countedFrom = 0 }: ChainRequest, status: number, bytes?: number): void {
    if (!UNCOUNTED.has(status)) this.#deps.metrics.finished(info, status, (this.#deps.clock.monotonic() - countedFrom) / 1000, bytes);
  }

  #countedAtEnd(request: ChainRequest, response: ApiResponse): ApiResponse {
    const ended = this.#deps.metrics.started(request.info);
    const end = (): void => {
      ended();
      this.#count(request, response.status);
    };
    const body = response.body;
    if (body.kind === 'stream') return { ...response, body: { ...body, chunks: endingWith(body.chunks, end) } };
    if (body.kind === 'events') return { ...response, body: { ...body, events: endingWith(body.events, end) } };
    if (body.kind === 'upgrade') return { ...response, body: { ...body, accept: (client) => body.accept(client).finally(end) } };
    end();
    return response;
  }
}

/** A request that waits for its answer and for its deadline: what comes first counts. */
class Pending extends Deadline {
  readonly #answering: Answering;
  readonly #request: ChainRequest;
  /** Undefined once there is an answer. */
  #resolve: ((response: ApiResponse) => void) | undefined;

  constructor(answering: Answering, request: ChainRequest, resolve: (response: ApiResponse) => void) {
    super();
    this.#answering = answering;
    this.#request = request;
    this.#resolve = resolve;
  }

  given(response: ApiResponse): void {
    if (!this.#resolve) return;
    try {
      this.#settle(this.#answering.given(this.#request, response));
    } catch (error) {
      this.failed(error);
    }
  }

  failed(error: unknown): void {
    if (this.#resolve) this.#settle(this.#answering.failed(this.#request, error));
  }

  expire(): void {
    const error = newTimeout('request did not complete within the allotted timeout', 0);
    this.#request.expire(error);
    this.failed(error);
  }

  #settle(response: ApiResponse): void {
    this.#answering.settled(this);
    this.#resolve?.(response);
    this.#resolve = undefined;
  }
}

function refusal(error: StatusError, request: ChainRequest): ApiResponse {
  const retry = error.details?.retryAfterSeconds ?? 0;
  return statusAnswer(error.toStatus() as unknown as Obj, error.code, request, retry > 0 ? { 'Retry-After': String(retry) } : {});
}

/** The answer's own headers count more than those of the stages. Bodies of a stream are still being made. */
function completed(request: ChainRequest, { status, headers: own, body }: ApiResponse): ApiResponse {
  if (body.kind !== 'stream' && body.kind !== 'events' && body.kind !== 'upgrade') request.settle();
  const headers = commonHeaders(request);
  const extra = request.extraHeaders;
  if (extra) for (const name in extra) headers[name] = extra[name] as string;
  for (const name in own) headers[name] = own[name] as string;
  if (request.hasWarnings) headers['Warning'] = warningHeaders(request.warnings.list);
  return { status, headers, body };
}

function commonHeaders({ flow, auditID }: ChainRequest): ResponseHeaders {
  if (!flow) return { 'Audit-Id': auditID, 'Cache-Control': 'no-cache, private' };
  return { 'X-Kubernetes-Pf-Flowschema-Uid': flow.flowSchemaUID, 'X-Kubernetes-Pf-Prioritylevel-Uid': flow.priorityLevelUID, 'Audit-Id': auditID, 'Cache-Control': 'no-cache, private' };
}
