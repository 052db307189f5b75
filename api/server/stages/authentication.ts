/** Finds out who asks. Behaves like upstream apiserver/pkg/endpoints/filters/authentication.go. */
import { newUnauthorized } from '../../../apimachinery/errors.ts';
import type { ApiResponse, Handler, MaybePromise } from '../../../apimachinery/http.ts';
import { outcomeOf } from '../../../apimachinery/maybe-promise.ts';
import type { Log } from '../../../component-base/log.ts';
import type { RequestAuthenticator } from '../../authentication/interface.ts';
import type { ChainRequest } from '../chain-request.ts';

export function withAuthentication(next: Handler<ChainRequest>, authenticator: RequestAuthenticator, log: Log): Handler<ChainRequest> {
  return (request) =>
    outcomeOf(
      () => authenticator.authenticate(request),
      (found): MaybePromise<ApiResponse> => {
        if (!found) throw newUnauthorized();
        request.user = found.user;
        return next(request);
      },
      (error) => {
        log.debug('unable to authenticate the request', { path: request.info.path, why: error instanceof Error ? error.message : String(error) });
        throw newUnauthorized();
      },
    );
}
