/**
 * The handler chain: what every request passes on its way from a transport (./listener.ts, client/transport) to its handler (api/endpoints, ./other-paths.ts).
 * Behaves like upstream apiserver/pkg/server/config.go DefaultBuildHandlerChain.
 */
import type { Handler } from '../../apimachinery/http.ts';
import type { Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import type { Rand } from '../../component-base/rand.ts';
import type { Authenticated } from '../../registry/generic/context.ts';
import type { AuditSink } from '../audit/interface.ts';
import type { RequestAuthenticator } from '../authentication/interface.ts';
import type { Authorizer } from '../authorization/interface.ts';
import type { RequestMetrics } from './request-metrics.ts';
import { withAnswers } from './stages/answer.ts';
import { withAudit } from './stages/audit.ts';
import { withAuthentication } from './stages/authentication.ts';
import { withAuthorization } from './stages/authorization.ts';
import { withDeadline } from './stages/deadline.ts';
import { withFlowControl, type FlowControl } from './stages/flow-control.ts';
import { withImpersonation } from './stages/impersonation.ts';
import { withRequestInfo } from './stages/request-info.ts';

export interface ChainDeps {
  readonly clock: Clock;
  readonly rand: Rand;
  readonly log: Log;
  readonly metrics: RequestMetrics;
  readonly auditSink: AuditSink | undefined;
  readonly authenticator: RequestAuthenticator;
  readonly authorizer: Authorizer;
  readonly flowControl: FlowControl;
  readonly requestTimeoutMs: number;
}

/** `handler` gets what was authenticated, admitted to run and authorised. */
export function newChain(handler: Handler<Authenticated>, deps: ChainDeps): Handler {
  const authorized = withAuthorization(handler, deps.authorizer);
  const bounded = withFlowControl(authorized, deps.flowControl);
  const impersonating = withImpersonation(bounded, deps.authorizer);
  const authenticated = withAuthentication(impersonating, deps.authenticator, deps.log);
  const audited = withAudit(authenticated, deps.auditSink, deps.clock);
  const inTime = withDeadline(audited, deps.requestTimeoutMs);
  return withAnswers(withRequestInfo(inTime, deps), deps);
}
