/** Bounds requests in flight and names the flow schema that a request belongs to. Behaves like upstream apiserver/pkg/server/filters/priority-and-fairness.go, but one line for all: priority levels are named and not enforced. */
import type { Handler } from '../../../apimachinery/http.ts';
import { MASTERS } from '../../authentication/interface.ts';
import type { Classify } from '../../flowcontrol/classify.ts';
import type { InFlight } from '../../flowcontrol/in-flight.ts';
import type { ChainRequest } from '../chain-request.ts';
import { isLongRunning } from '../long-running.ts';


export interface FlowControl {
  readonly mutating: InFlight;
  readonly readOnly: InFlight;
  readonly classify: Classify;
}

export function withFlowControl(next: Handler<ChainRequest>, { mutating, readOnly, classify }: FlowControl): Handler<ChainRequest> {
  return (request) => {
    request.flow = classify(request.user, request.info);
    if (isLongRunning(request.info) || request.user.groups.includes(MASTERS)) return next(request);
    return (isReadOnly(request.info.verb) ? readOnly : mutating).runOn(request, next);
  };
}

function isReadOnly(verb: string): boolean {
  return verb === 'get' || verb === 'list' || verb === 'watch';
}
