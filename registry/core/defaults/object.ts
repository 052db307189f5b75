/** Defaults of the smaller kinds of the core group. Behaves like upstream pkg/apis/core/v1/defaults.go. */
import * as core from '../../../apimachinery/types/core.gen.ts';
import { defineDefaults } from '../../generic/define.ts';

function defaultReplicationController(rc: core.ReplicationController): void {
  const labels = rc.spec.template?.metadata?.labels;
  if (labels && Object.keys(labels).length > 0) {
    if (Object.keys(rc.spec.selector ?? {}).length === 0) rc.spec.selector = { ...labels };
    if (Object.keys(rc.metadata.labels ?? {}).length === 0) rc.metadata.labels = { ...labels };
  }
  rc.spec.replicas ??= 1;
}

/** Each default falls back to the bound beside it. */
function defaultLimitRangeItem(item: core.LimitRangeItem): void {
  if (item.type !== 'Container') return;
  const limits = { ...item.max, ...item.default };
  const requests = { ...item.min, ...limits, ...item.defaultRequest };
  if (Object.keys(limits).length > 0) item.default = limits;
  if (Object.keys(requests).length > 0) item.defaultRequest = requests;
}

export default [
  defineDefaults(core.ReplicationController, defaultReplicationController),
  defineDefaults(core.LimitRangeItem, defaultLimitRangeItem),
  defineDefaults(core.Secret, (secret) => {
    secret.type ||= 'Opaque';
  }),
  defineDefaults(core.Namespace, (ns) => {
    if (ns.metadata.name) (ns.metadata.labels ??= {})['kubernetes.io/metadata.name'] = ns.metadata.name;
  }),
  defineDefaults(core.NamespaceStatus, (status) => {
    status.phase ||= 'Active';
  }),
  defineDefaults(core.NodeStatus, (status) => {
    if (!status.allocatable && status.capacity) status.allocatable = { ...status.capacity };
  }),
];
