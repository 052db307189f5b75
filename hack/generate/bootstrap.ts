/** api/bootstrap/objects.gen.ts: what a new API server creates, from hack/facts/bootstrap. */
import { listFacts, readFact } from './facts.ts';

interface Recorded {
  metadata: Record<string, unknown>;
  status?: Record<string, unknown>;
  [field: string]: unknown;
}

/** In the order of creation; the rest is made from options (services, configuration of authentication) or belongs to running parts. */
const RESOURCES: readonly (readonly [fact: string, group: string, kind: string])[] = [
  ['v1_namespaces', 'v1', 'Namespace'],
  ['rbac.authorization.k8s.io_v1_clusterroles', 'rbac.authorization.k8s.io/v1', 'ClusterRole'],
  ['rbac.authorization.k8s.io_v1_clusterrolebindings', 'rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'],
  ['rbac.authorization.k8s.io_v1_roles', 'rbac.authorization.k8s.io/v1', 'Role'],
  ['rbac.authorization.k8s.io_v1_rolebindings', 'rbac.authorization.k8s.io/v1', 'RoleBinding'],
  ['scheduling.k8s.io_v1_priorityclasses', 'scheduling.k8s.io/v1', 'PriorityClass'],
  ['flowcontrol.apiserver.k8s.io_v1_prioritylevelconfigurations', 'flowcontrol.apiserver.k8s.io/v1', 'PriorityLevelConfiguration'],
  ['flowcontrol.apiserver.k8s.io_v1_flowschemas', 'flowcontrol.apiserver.k8s.io/v1', 'FlowSchema'],
  ['apiregistration.k8s.io_v1_apiservices', 'apiregistration.k8s.io/v1', 'APIService'],
];
const MADE_BY_SERVER = new Set(['uid', 'resourceVersion', 'creationTimestamp', 'managedFields', 'generation']);

/** By kind, what preparation fills in: nobody sends it, so nobody owns it. */
const FILLED_IN: Readonly<Record<string, string>> = { Namespace: 'spec' };

function stripped(kind: string, whole: Recorded): Recorded {
  const object: Recorded = { ...whole, ...(FILLED_IN[kind] && { [FILLED_IN[kind]]: {} }) };
  const metadata = Object.fromEntries(Object.entries(object.metadata).filter(([field]) => !MADE_BY_SERVER.has(field)));
  return { ...object, metadata, ...(object.status && { status: withoutTimes(object.status) }) };
}

function withoutTimes(value: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value, (key, v: unknown) => (key === 'lastTransitionTime' ? undefined : v))) as Record<string, unknown>;
}

export function bootstrapObjects(): string {
  const known = new Set(listFacts('bootstrap'));
  const lines = RESOURCES.flatMap(([fact, apiVersion, kind]) => {
    if (!known.has(`${fact}.json`)) throw new Error(`hack/facts/bootstrap/${fact}.json is missing`);
    return readFact<{ items: Recorded[] }>(`bootstrap/${fact}.json`).items.map((item) => JSON.stringify({ kind, apiVersion, ...stripped(kind, item) }));
  });
  return `/** One object a line, in the order of creation: JSON, parsed when a server starts. */\nexport const BOOTSTRAP_OBJECTS: readonly string[] = [\n${lines.map((line) => `  ${JSON.stringify(line)},`).join('\n')}\n];\n`;
}
