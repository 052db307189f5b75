/** Sends a request, turns a failed answer into a StatusError and waits when the server says so. Behaves like upstream client-go/rest Request and with_retry. */
import type { Clock } from '../component-base/clock.ts';
import type { Transport, TransportRequest, TransportResponse } from './interface.ts';
import { errorOf } from './server-error.ts';

const MAX_RETRIES = 10;

/** Seconds to wait before asking again; undefined when the answer stands. */
function retryAfter(response: TransportResponse): number | undefined {
  if (response.status !== 429 && response.status < 500) return undefined;
  const seconds = Number.parseInt(response.headers['retry-after'] ?? '', 10);
  return Number.isNaN(seconds) ? undefined : seconds;
}

/** Resolves with an answer below 400; throws StatusError otherwise. */
export async function sendChecked(transport: Transport, clock: Clock, request: TransportRequest): Promise<TransportResponse> {
  for (let tries = 0; ; tries++) {
    const response = await transport.send(request);
    if (response.status < 400) return response;
    const seconds = tries < MAX_RETRIES ? retryAfter(response) : undefined;
    const error = await errorOf(response, request.method);
    if (seconds === undefined) throw error;
    await clock.sleep(seconds * 1000, request.signal);
  }
}
