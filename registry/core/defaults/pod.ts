/** Defaults of pods and of what stands in pod templates. Behaves like upstream pkg/apis/core/v1/defaults.go. */
import { own } from '../../../apimachinery/own.ts';
import * as core from '../../../apimachinery/types/core.gen.ts';
import { defineDefaults } from '../../generic/define.ts';
import { defaultPullPolicy } from '../image-name.ts';
import { defaultPodLevelResources } from './pod-resources.ts';

/** What containers of all three kinds have in common. */
function defaultContainer(c: core.Container | core.EphemeralContainer): void {
  c.imagePullPolicy ||= defaultPullPolicy(c.image);
  c.terminationMessagePath ||= '/dev/termination-log';
  c.terminationMessagePolicy ||= 'File';
}

function defaultPodSpec(spec: core.PodSpec): void {
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.restartPolicy ||= 'Always';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  spec.schedulerName ||= 'default-scheduler';
}

/** Requests that are not given equal the limits; in pods only, not in templates. */
function defaultRequests(c: core.Container): void {
  const { limits, requests } = c.resources ?? {};
  for (const name in limits) {
    if (own(requests, name) !== undefined) continue;
    c.resources.requests = { ...limits, ...requests };
    return;
  }
}

function defaultHostPorts(c: core.Container): void {
  for (const port of c.ports ?? []) if (!port.hostPort) port.hostPort = port.containerPort;
}

function defaultPod({ spec }: core.Pod): void {
  spec.containers?.forEach(defaultRequests);
  spec.initContainers?.forEach(defaultRequests);
  defaultPodLevelResources(spec);
  spec.enableServiceLinks ??= true;
  if (!spec.hostNetwork) return;
  spec.containers?.forEach(defaultHostPorts);
  spec.initContainers?.forEach(defaultHostPorts);
}

export default [
  defineDefaults(core.PodSpec, defaultPodSpec),
  defineDefaults(core.Container, defaultContainer),
  defineDefaults(core.EphemeralContainer, defaultContainer),
  defineDefaults(core.ContainerPort, (port) => {
    port.protocol ||= 'TCP';
  }),
  defineDefaults(core.Probe, (probe) => {
    probe.timeoutSeconds ||= 1;
    probe.periodSeconds ||= 10;
    probe.successThreshold ||= 1;
    probe.failureThreshold ||= 3;
  }),
  defineDefaults(core.HTTPGetAction, (get) => {
    get.path ||= '/';
    get.scheme ||= 'HTTP';
  }),
  defineDefaults(core.GRPCAction, (grpc) => {
    grpc.service ??= '';
  }),
  defineDefaults(core.ObjectFieldSelector, (ref) => {
    ref.apiVersion ||= 'v1';
  }),
  defineDefaults(core.FileKeySelector, (ref) => {
    ref.optional ??= false;
  }),
  defineDefaults(core.Pod, defaultPod),
];
