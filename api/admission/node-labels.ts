/** Which labels a kubelet may set on its node. Behaves like upstream plugin/pkg/admission/noderestriction (getForbiddenLabels) and k8s.io/kubelet/pkg/apis. */

const OWN = new Set([
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
]);

const within = (domain: string, parent: string): boolean => domain === parent || domain.endsWith(`.${parent}`);

function isForbidden(label: string): boolean {
  const slash = label.indexOf('/');
  const domain = slash < 0 ? '' : label.slice(0, slash);
  if (within(domain, 'node-restriction.kubernetes.io')) return true;
  if (!within(domain, 'kubernetes.io') && !within(domain, 'k8s.io')) return false;
  return !OWN.has(label) && !within(domain, 'kubelet.kubernetes.io') && !within(domain, 'node.kubernetes.io');
}

type Labels = Readonly<Record<string, string>> | null | undefined;

/** Sorted labels that differ and that a kubelet may not change. */
export function forbiddenLabelChanges(next: Labels, old: Labels): readonly string[] {
  const keys = new Set([...Object.keys(next ?? {}), ...Object.keys(old ?? {})]);
  return [...keys].filter((key) => next?.[key] !== old?.[key] && isForbidden(key)).sort();
}
