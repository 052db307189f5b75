/** Ends requests that take too long. Behaves like upstream apiserver/pkg/endpoints/filters/request_deadline.go and pkg/server/filters/timeout.go. */
import { newBadRequest, newTimeout } from '../../../apimachinery/errors.ts';
import type { ApiResponse, Handler } from '../../../apimachinery/http.ts';
import type { Clock } from '../../../component-base/clock.ts';
import type { ChainRequest } from '../chain-request.ts';
import { durationMs } from '../../../component-base/duration.ts';
import { isLongRunning } from '../long-running.ts';

/** `maximumMs`: --request-timeout; a client may ask for less with ?timeout=. */
export function withDeadline(next: Handler<ChainRequest>, clock: Clock, maximumMs: number): Handler<ChainRequest> {
  return (request) => {
    if (isLongRunning(request.info)) return next(request);
    const ms = request.rawQuery === '' ? maximumMs : timeoutOf(request.info.query.get('timeout'), maximumMs);
    const answer = next(request);
    return answer instanceof Promise ? within(ms, answer, request, clock) : answer;
  };
}

/** What answers at once is never late. */
function within(ms: number, answer: Promise<ApiResponse>, request: ChainRequest, clock: Clock): Promise<ApiResponse> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(ms, () => {
      const error = newTimeout('request did not complete within the allotted timeout', 0);
      request.expire(error);
      reject(error);
    });
    answer.then(
      (response) => {
        timer.stop();
        resolve(response);
      },
      (error: unknown) => {
        timer.stop();
        reject(error);
      },
    );
  });
}

function timeoutOf(text: string | null, maximumMs: number): number {
  if (text === null || text === '') return maximumMs;
  try {
    const asked = durationMs(text);
    return asked > 0 && asked < maximumMs ? asked : maximumMs;
  } catch (error) {
    throw newBadRequest(`invalid timeout specified in the request URL - ${error instanceof Error ? error.message : String(error)}`, error);
  }
}
