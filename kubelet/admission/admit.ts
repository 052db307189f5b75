/** Whether a pod may run on this node: the last word after the scheduler's. Pure. Behaves like upstream pkg/kubelet/lifecycle/predicate.go. */
import { parseQuantity } from '../../apimachinery/quantity.ts';
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { allContainersOf, containersOf, initContainersOf, isRestartableInit, isStaticPod, type Container, type Pod } from '../container/pod.ts';
import { matchesNode } from './node-affinity.ts';

type Node = DeepReadonly<core.Node>;
export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

const REASONS: Readonly<Record<string, string>> = { cpu: 'OutOfcpu', memory: 'OutOfmemory', 'ephemeral-storage': 'OutOfephemeral-storage', pods: 'OutOfpods' };

/** CPU in thousandths, all else in units. */
function amount(resource: string, text: string | undefined): number {
  if (text === undefined) return 0;
  const quantity = parseQuantity(text);
  return resource === 'cpu' ? quantity.milliValue() : quantity.value();
}

/** What the pod needs: the largest of its init phase and its regular phase, with sidecars and overhead. */
export function podRequest(pod: Pod, resource: string): number {
  const of = (c: Container): number => amount(resource, c.resources?.requests?.[resource]);
  if (pod.spec.resources?.requests?.[resource] !== undefined) return amount(resource, pod.spec.resources.requests[resource]) + amount(resource, pod.spec.overhead?.[resource]);
  let [sidecars, initPeak] = [0, 0];
  for (const container of initContainersOf(pod)) {
    if (isRestartableInit(container)) sidecars += of(container);
    initPeak = Math.max(initPeak, sidecars + (isRestartableInit(container) ? 0 : of(container)));
  }
  const regular = containersOf(pod).reduce((sum, c) => sum + of(c), sidecars);
  return Math.max(regular, initPeak) + amount(resource, pod.spec.overhead?.[resource]);
}

function lacksResources(pod: Pod, node: Node, others: readonly Pod[]): Rejection | undefined {
  const allocatable = node.status.allocatable ?? {};
  const requested = new Set(allContainersOf(pod).flatMap((c) => Object.keys(c.resources?.requests ?? {})));
  const check = (resource: string, need: number, used: number): Rejection | undefined => {
    const capacity = amount(resource, allocatable[resource]);
    if (need === 0 || need + used <= capacity) return undefined;
    return { reason: REASONS[resource] ?? `OutOf${resource}`, message: `Node didn't have enough resource: ${resource}, requested: ${need}, used: ${used}, capacity: ${capacity}` };
  };
  const tooMany = check('pods', 1, others.length);
  if (tooMany) return tooMany;
  for (const resource of requested) {
    if (allocatable[resource] === undefined && resource.includes('/')) continue;
    const found = check(resource, podRequest(pod, resource), others.reduce((sum, o) => sum + podRequest(o, resource), 0));
    if (found) return found;
  }
  return undefined;
}

function hostPorts(pod: Pod): string[] {
  return containersOf(pod).flatMap((c) => (c.ports ?? []).filter((p) => (p.hostPort ?? 0) > 0).map((p) => `${p.protocol ?? 'TCP'}/${p.hostPort}/${p.hostIP ?? ''}`));
}

function portsConflict(a: string, b: string): boolean {
  const [[pa, na, ia], [pb, nb, ib]] = [a.split('/'), b.split('/')];
  const any = (ip: string | undefined): boolean => ip === '' || ip === '0.0.0.0';
  return pa === pb && na === nb && (any(ia) || any(ib) || ia === ib);
}

function untolerated(pod: Pod, node: Node): boolean {
  return (node.spec.taints ?? []).some(
    (taint) =>
      taint.effect === 'NoExecute' &&
      !(pod.spec.tolerations ?? []).some((t) => (t.effect === undefined || t.effect === '' || t.effect === taint.effect) && (t.key === undefined || t.key === '' ? t.operator === 'Exists' : t.key === taint.key && (t.operator === 'Exists' || (t.value ?? '') === (taint.value ?? '')))),
  );
}

const predicate = (name: string, why: string): Rejection => ({ reason: name, message: `Predicate ${name} failed: ${why}` });

/** Undefined when it may run. `others`: the pods that run here now. */
export function admitPod(pod: Pod, node: Node, others: readonly Pod[]): Rejection | undefined {
  const os = pod.spec.nodeSelector?.['kubernetes.io/os'];
  if (os !== undefined && os !== node.metadata.labels?.['kubernetes.io/os']) return { reason: 'PodOSSelectorNodeLabelDoesNotMatch', message: "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label" };
  if (pod.spec.os && pod.spec.os.name !== (node.status.nodeInfo.operatingSystem || 'linux')) return { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" };
  const lacking = lacksResources(pod, node, others);
  if (lacking) return lacking;
  if (!matchesNode(pod, node)) return predicate('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
  const taken = others.flatMap(hostPorts);
  if (hostPorts(pod).some((p) => taken.some((t) => portsConflict(p, t)))) return predicate('NodePorts', "node(s) didn't have free ports for the requested pod ports");
  if (!isStaticPod(pod) && untolerated(pod, node)) return predicate('TaintToleration', "node(s) had taints that the pod didn't tolerate");
  return undefined;
}
