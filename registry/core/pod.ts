/** Pods and their subresources. Behaves like upstream pkg/registry/core/pod. */
import * as core from '../../apimachinery/types/core.gen.ts';
import * as meta from '../../apimachinery/types/meta.gen.ts';
import * as policy from '../../apimachinery/types/policy.gen.ts';
import type { Strategy } from '../generic/definition.ts';
import { action, column, connecting, defineResource, reading, selectable, view } from '../generic/define.ts';
import { podRestarts, podRowConditions, podSummary, readinessGates } from './cells/pod.ts';
import { bindPod } from './pods/binding.ts';
import { evictPod } from './pods/eviction.ts';
import { podLog } from './pods/log.ts';
import { prepareEphemeralContainers, preparePodForCreate, preparePodForUpdate, preparePodStatus, prepareResize } from './pods/prepare.ts';
import { checkGracefulDelete } from './pods/strategy.ts';
import { podAttach, podExec, podPortForward } from './pods/streams.ts';
import { proxyToPod, PROXY_VERBS } from './proxy.ts';
import { validatePodCreate, validatePodUpdate } from './validation/pod.ts';
import { validateEphemeralContainersUpdate } from './validation/pod-ephemeral-update.ts';
import { validatePodResize } from './validation/pod-resize.ts';
import { validatePodStatusUpdate } from './validation/pod-status.ts';
import { ipWarnings } from './warnings/ip.ts';
import { podNameWarnings } from './warnings/name.ts';
import { podWarnings } from './warnings/pod.ts';

function createWarnings(pod: core.Pod): readonly string[] {
  const ofName = podNameWarnings(pod);
  return ofName.length === 0 ? podWarnings(pod) : [...ofName, ...podWarnings(pod)];
}

const strategy: Strategy<core.Pod> = {
  returnDeletedObject: true,
  resetFields: { v1: [['f:status']] },
  prepareForCreate: preparePodForCreate,
  prepareForUpdate: preparePodForUpdate,
  validate: validatePodCreate,
  validateUpdate: validatePodUpdate,
  warningsOnCreate: createWarnings,
  checkGracefulDelete,
};

const status: Strategy<core.Pod> = {
  resetFields: { v1: [['f:spec'], ['f:metadata', 'f:deletionTimestamp'], ['f:metadata', 'f:ownerReferences']] },
  prepareForUpdate: preparePodStatus,
  validateUpdate: validatePodStatusUpdate,
  warningsOnUpdate: ({ status: s }) => [
    ...(s.podIPs ?? []).flatMap((p, i) => ipWarnings(`status.podIPs[${i}].ip`, p.ip)),
    ...(s.hostIPs ?? []).flatMap((p, i) => ipWarnings(`status.hostIPs[${i}].ip`, p.ip)),
  ],
};

export default defineResource<core.Pod>(core.Pod, {
  shortNames: ['po'],
  categories: ['all'],
  columns: [
    column('Ready', (pod) => `${podSummary(pod).ready}/${podSummary(pod).total}`),
    { ...column<core.Pod>('Status', (pod) => podSummary(pod).reason), conditions: podRowConditions },
    column<core.Pod>('Restarts', podRestarts),
    column('IP', (pod) => pod.status.podIPs?.[0]?.ip || '<none>'),
    column('Node', (pod) => pod.spec.nodeName || '<none>'),
    column('Nominated Node', (pod) => pod.status.nominatedNodeName || '<none>'),
    column<core.Pod>('Readiness Gates', readinessGates),
  ],
  selectableFields: [
    selectable<core.Pod>('spec.nodeName', (pod) => pod.spec.nodeName, { indexed: true }),
    selectable<core.Pod>('spec.host', (pod) => pod.spec.nodeName),
    selectable<core.Pod>('spec.restartPolicy', (pod) => pod.spec.restartPolicy),
    selectable<core.Pod>('spec.schedulerName', (pod) => pod.spec.schedulerName),
    selectable<core.Pod>('spec.serviceAccountName', (pod) => pod.spec.serviceAccountName),
    selectable<core.Pod>('spec.hostNetwork', (pod) => String(pod.spec.hostNetwork ?? false)),
    selectable<core.Pod>('status.phase', (pod) => pod.status.phase),
    selectable<core.Pod>('status.podIP', (pod) => pod.status.podIPs?.[0]?.ip),
    selectable<core.Pod>('status.podIPs', () => undefined),
    selectable<core.Pod>('status.nominatedNodeName', (pod) => pod.status.nominatedNodeName),
  ],
  strategy,
  sharesUnchanged: true,
  subresources: {
    status: view(status),
    ephemeralcontainers: view<core.Pod>({
      prepareForUpdate: prepareEphemeralContainers,
      validateUpdate: validateEphemeralContainersUpdate,
    }),
    resize: view<core.Pod>({
      prepareForUpdate: prepareResize,
      validateUpdate: validatePodResize,
    }),
    binding: action(core.Binding, meta.Status, bindPod, { keepsSystemFields: true }),
    eviction: action(policy.Eviction, meta.Status, evictPod, { alsoAccepts: ['policy/v1beta1'] }),
    log: reading(core.PodLogOptions, podLog),
    exec: connecting(core.PodExecOptions, ['GET', 'POST'], false, podExec),
    attach: connecting(core.PodAttachOptions, ['GET', 'POST'], false, podAttach),
    portforward: connecting(core.PodPortForwardOptions, ['GET', 'POST'], false, podPortForward),
    proxy: connecting(core.PodProxyOptions, PROXY_VERBS, true, proxyToPod),
  },
});
