/** Tells the audit sink what was asked and answered, at level Metadata. Behaves like upstream apiserver/pkg/endpoints/filters/audit.go. */
import type { ApiResponse, Handler } from '../../../apimachinery/http.ts';
import { endingWith } from '../../../apimachinery/feed.ts';
import { outcomeOf } from '../../../apimachinery/maybe-promise.ts';
import { rfc3339Micro, type Clock } from '../../../component-base/clock.ts';
import type { UserInfo } from '../../../apimachinery/authorizer.ts';
import type { AuditEvent, AuditSink, AuditUser } from '../../audit/interface.ts';
import { asStatusError } from '../status-response.ts';
import type { ChainRequest } from '../chain-request.ts';
import { isLongRunning } from '../long-running.ts';

export function withAudit(next: Handler<ChainRequest>, sink: AuditSink | undefined, clock: Clock): Handler<ChainRequest> {
  if (!sink) return next;
  return (request) => {
    const received = rfc3339Micro(clock.now());
    const tell = (stage: AuditEvent['stage'], responseStatus?: AuditEvent['responseStatus']): void => sink(eventOf(request, stage, received, rfc3339Micro(clock.now()), responseStatus));
    tell('RequestReceived');
    return outcomeOf(
      () => next(request),
      (response) => {
        const code = { metadata: {}, code: response.status };
        if (isLongRunning(request.info)) tell('ResponseStarted', code);
        return completing(response, () => tell('ResponseComplete', code));
      },
      (error) => {
        const { code, reason, message } = asStatusError(error);
        tell('ResponseComplete', { metadata: {}, status: 'Failure', message, ...(reason !== '' && { reason }), code });
        throw error;
      },
    );
  };
}

/** A stream is complete when it ends. */
function completing(response: ApiResponse, complete: () => void): ApiResponse {
  if (response.body.kind !== 'stream') {
    complete();
    return response;
  }
  return { ...response, body: { ...response.body, chunks: endingWith(response.body.chunks, complete) } };
}

function eventOf(request: ChainRequest, stage: AuditEvent['stage'], requestReceivedTimestamp: string, stageTimestamp: string, responseStatus: AuditEvent['responseStatus']): AuditEvent {
  const { info } = request;
  const userAgent = request.headers['user-agent'];
  const objectRef = info.isResourceRequest ? referenceOf(request) : undefined;
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: request.auditID,
    stage,
    requestURI: request.rawQuery === '' ? request.rawPath : `${request.rawPath}?${request.rawQuery}`,
    verb: info.verb,
    user: auditUser(request.requestor ?? request.user),
    ...(request.requestor && { impersonatedUser: auditUser(request.user) }),
    sourceIPs: [request.connection.remoteAddress],
    ...(userAgent !== undefined && { userAgent }),
    ...(objectRef && { objectRef }),
    ...(responseStatus && { responseStatus }),
    requestReceivedTimestamp,
    stageTimestamp,
    ...(stage !== 'RequestReceived' && { annotations: annotationsOf(request) }),
  };
}

function annotationsOf({ verdict, annotations }: ChainRequest): Record<string, string> {
  const added = Object.fromEntries(annotations ?? []);
  if (!verdict) return added;
  return { ...added, 'authorization.k8s.io/decision': verdict.decision === 'allow' ? 'allow' : 'forbid', 'authorization.k8s.io/reason': verdict.reason };
}

function referenceOf({ info }: ChainRequest): Record<string, string> {
  const { resource, namespace, name, apiGroup, apiVersion, subresource } = info;
  return Object.fromEntries(Object.entries({ resource, namespace, name, apiGroup, apiVersion, subresource }).filter(([, value]) => value !== ''));
}

function auditUser(user: UserInfo): AuditUser {
  return {
    ...(user.name !== '' && { username: user.name }),
    ...(user.uid !== '' && { uid: user.uid }),
    ...(user.groups.length > 0 && { groups: user.groups }),
    ...(Object.keys(user.extra).length > 0 && { extra: user.extra }),
  };
}
