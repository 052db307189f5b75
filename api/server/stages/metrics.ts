/** Counts and times requests. Of an unknown resource nothing is counted by name, so that strangers cannot fill the table. */
import type { ApiResponse, Handler } from '../../../apimachinery/http.ts';
import { endingWith } from '../../../apimachinery/feed.ts';
import { outcomeOf } from '../../../apimachinery/maybe-promise.ts';
import type { Clock } from '../../../component-base/clock.ts';
import { asStatusError } from '../status-response.ts';
import type { ChainRequest } from '../chain-request.ts';
import { isLongRunning } from '../long-running.ts';
import type { RequestMetrics } from '../request-metrics.ts';

export function withMetrics(next: Handler<ChainRequest>, metrics: RequestMetrics, clock: Clock): Handler<ChainRequest> {
  return (request) => {
    const started = clock.monotonic();
    const finish = (status: number, bytes?: number): void => {
      if (status !== 404 && status !== 403 && status !== 401) metrics.finished(request.info, status, (clock.monotonic() - started) / 1000, bytes);
    };
    return outcomeOf(
      () => next(request),
      (response) => {
        if (response.body.kind !== 'bytes' && isLongRunning(request.info)) return untilEnd(response, request, metrics, () => finish(response.status));
        finish(response.status, response.body.kind === 'bytes' ? response.body.bytes.length : undefined);
        return response;
      },
      (error) => {
        finish(asStatusError(error).code);
        throw error;
      },
    );
  };
}

function untilEnd(response: ApiResponse, request: ChainRequest, metrics: RequestMetrics, finish: () => void): ApiResponse {
  const ended = metrics.started(request.info);
  const end = (): void => {
    ended();
    finish();
  };
  const body = response.body;
  if (body.kind === 'stream') return { ...response, body: { ...body, chunks: endingWith(body.chunks, end) } };
  if (body.kind === 'events') return { ...response, body: { ...body, events: endingWith(body.events, end) } };
  if (body.kind === 'upgrade') return { ...response, body: { ...body, accept: (client) => body.accept(client).finally(end) } };
  end();
  return response;
}
