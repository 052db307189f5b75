/** How long a request may take. Behaves like upstream apiserver/pkg/endpoints/filters/request_deadline.go and pkg/server/filters/timeout.go; ./answer.ts ends what takes longer. */
import { newBadRequest } from '../../../apimachinery/errors.ts';
import type { Handler } from '../../../apimachinery/http.ts';
import type { ChainRequest } from '../chain-request.ts';
import { durationMs } from '../../../component-base/duration.ts';
import { isLongRunning } from '../long-running.ts';

/** `maximumMs`: --request-timeout; a client may ask for less with ?timeout=. */
export function withDeadline(next: Handler<ChainRequest>, maximumMs: number): Handler<ChainRequest> {
  return (request) => {
    if (!isLongRunning(request.info)) request.timeoutMs = request.rawQuery === '' ? maximumMs : timeoutOf(request.info.query.get('timeout'), maximumMs);
    return next(request);
  };
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
