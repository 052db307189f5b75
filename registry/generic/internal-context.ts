/** The context of what the server does for itself: no request, no dry run, the loopback user. */
import type { GroupVersion } from '../../apimachinery/meta.ts';
import type { Clock } from '../../component-base/clock.ts';
import type { Rand } from '../../component-base/rand.ts';
import type { UserInfo } from '../../apimachinery/authorizer.ts';
import type { Egress, RequestContext, RequestInfo, Stores, Warnings } from './context.ts';
import type { Admission } from './definition.ts';

export const LOOPBACK: UserInfo = { name: 'system:apiserver', uid: '', groups: ['system:authenticated', 'system:masters'], extra: {} };

const noEgress: Egress = {
  call: () => Promise.reject(new Error('code inside the server reaches nothing outside without a request')),
};
const discarded: Warnings = { add: () => undefined, list: [] };

export function internalContext(deps: { readonly clock: Clock; readonly rand: Rand; readonly stores: Stores }, requestedVersion: GroupVersion, namespace: string, signal: AbortSignal): RequestContext {
  return { user: LOOPBACK, info: infoFor(namespace), requestedVersion, dryRun: false, signal, egress: noEgress, warnings: discarded, clock: deps.clock, rand: deps.rand, stores: deps.stores };
}

function infoFor(namespace: string): RequestInfo {
  return {
    isResourceRequest: false,
    path: '',
    verb: '',
    apiPrefix: '',
    apiGroup: '',
    apiVersion: '',
    namespace,
    resource: '',
    subresource: '',
    name: '',
    parts: [],
    query: new URLSearchParams(),
    isWatchPath: false,
  };
}

/** Lets everything pass. */
export const noAdmission: Admission = {
  mutate: (obj) => obj,
  validate: () => undefined,
};
