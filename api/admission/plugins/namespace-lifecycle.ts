/** Nothing is created in a namespace that does not exist or is going away. Behaves like upstream apiserver/pkg/admission/plugin/namespace/lifecycle. */
import { newForbidden, newNotFound, StatusError } from '../../../apimachinery/errors.ts';
import * as core from '../../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { forbidden } from '../forbidden.ts';
import type { AdmissionPlugin, Attributes } from '../interface.ts';

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public']);

export default {
  name: 'NamespaceLifecycle',
  handles: (operation) => operation !== 'CONNECT',
  init({ stores }) {
    const cached = stores.cached(core.Namespace);
    return {
      admit(a) {
        const isNamespace = a.kind.group === '' && a.kind.kind === 'Namespace';
        if (a.operation === 'DELETE' && isNamespace && IMMORTAL.has(a.name)) throw newForbidden({ group: '', resource: a.resource.resource }, a.name, 'this namespace may not be deleted');
        if (isNamespace || a.namespace === '' || a.operation === 'DELETE' || isAccessReview(a)) return;
        const key = { namespace: '', name: a.namespace };
        const known = cached.get(key);
        return known ? check(a, known) : stores.of(core.Namespace).get(key).then((found) => check(a, found));
      },
    };
  },
} satisfies AdmissionPlugin;

function check(a: Attributes, namespace: DeepReadonly<core.Namespace> | undefined): void {
  if (!namespace) throw newNotFound({ group: '', resource: 'namespaces' }, a.namespace);
  if (a.operation === 'CREATE' && namespace.status?.phase === 'Terminating') throw terminating(a);
}

/** An answer about the namespace would tell too much. */
function isAccessReview(a: Attributes): boolean {
  return a.resource.group === 'authorization.k8s.io' && a.resource.resource === 'localsubjectaccessreviews';
}

function terminating(a: Attributes): StatusError {
  const error = forbidden(a, `unable to create new content in namespace ${a.namespace} because it is being terminated`);
  const causes = [{ reason: 'NamespaceTerminating', message: `namespace ${a.namespace} is being terminated`, field: 'metadata.namespace' }];
  return new StatusError(error.code, error.reason, error.message, { ...error.details, causes });
}
