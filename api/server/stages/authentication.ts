/** Finds out who asks. Behaves like upstream apiserver/pkg/endpoints/filters/authentication.go. */
import { newUnauthorized, type StatusError } from '../../../apimachinery/errors.ts';
import type { ApiResponse, Handler, MaybePromise } from '../../../apimachinery/http.ts';
import type { Log } from '../../../component-base/log.ts';
import type { AuthenticatedUser, RequestAuthenticator } from '../../authentication/interface.ts';
import type { ChainRequest } from '../chain-request.ts';

export function withAuthentication(next: Handler<ChainRequest>, authenticator: RequestAuthenticator, log: Log): Handler<ChainRequest> {
  const found = (request: ChainRequest, who: AuthenticatedUser | undefined): MaybePromise<ApiResponse> => {
    if (!who) throw newUnauthorized();
    request.user = who.user;
    return next(request);
  };
  const later = async (request: ChainRequest, who: Promise<AuthenticatedUser | undefined>): Promise<ApiResponse> => {
    let known: AuthenticatedUser | undefined;
    try {
      known = await who;
    } catch (error) {
      throw refused(request, error, log);
    }
    return found(request, known);
  };
  return (request) => {
    let who: MaybePromise<AuthenticatedUser | undefined>;
    try {
      who = authenticator.authenticate(request);
    } catch (error) {
      throw refused(request, error, log);
    }
    return who instanceof Promise ? later(request, who) : found(request, who);
  };
}

function refused({ info }: ChainRequest, error: unknown, log: Log): StatusError {
  log.debug('unable to authenticate the request', { path: info.path, why: error instanceof Error ? error.message : String(error) });
  return newUnauthorized();
}
