/** Labels of nodes that have a successor. Behaves like upstream pkg/api/node/util.go. */
import { own } from '../../../apimachinery/own.ts';
import type { NodeSelectorTerm } from '../../../apimachinery/types/core.gen.ts';
import { isValidLabelValue } from '../validation/format.ts';

const SUCCESSORS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'app.kubernetes.io/created-by': 'deprecated since v1.9',
  'scheduler.alpha.kubernetes.io/preferAvoidPods': 'deprecated since v1.22; use Taints and Tolerations instead',
  'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
};

export const deprecatedLabel = (label: string): string | undefined => own(SUCCESSORS, label);

export function termWarnings(term: NodeSelectorTerm, path: string, checkValues = false): readonly string[] {
  return (term.matchExpressions ?? []).flatMap((e, i) => {
    const at = `${path}.matchExpressions[${i}]`;
    const successor = deprecatedLabel(e.key);
    return [
      ...(successor ? [`${at}.key: ${e.key} is ${successor}`] : []),
      ...(checkValues
        ? (e.values ?? []).flatMap((v, j) => isValidLabelValue(v).map((m) => `${at}.values[${j}]: ${v} is invalid, ${m}`))
        : []),
    ];
  });
}
