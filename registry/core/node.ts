/** Nodes. Behaves like upstream pkg/registry/core/node. */
import * as core from '../../apimachinery/types/core.gen.ts';
import { column, connecting, defineResource, selectable, view } from '../generic/define.ts';
import { nodeAddress, nodeRoles, nodeStatus } from './cells/node.ts';
import { proxyToNode, PROXY_VERBS } from './proxy.ts';
import { validateNode, validateNodeAndUpdate, validateNodeUpdate } from './validation/node.ts';
import { cidrWarnings } from './warnings/ip.ts';

const UNKNOWN = '<unknown>';

/** The old dynamic configuration is gone; NodeDeclaredFeatures is off. */
function dropDisabled(node: core.Node, old?: core.Node): void {
  if (old?.spec.configSource === undefined) delete node.spec.configSource;
  if (old?.status.config === undefined) delete node.status.config;
  if (old?.status.declaredFeatures === undefined) delete node.status.declaredFeatures;
}

function warnings({ spec }: core.Node): readonly string[] {
  return [
    ...(spec.configSource ? ['spec.configSource: the feature is removed'] : []),
    ...(spec.externalID ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : []),
    ...(spec.podCIDRs ?? []).flatMap((c, i) => cidrWarnings(`spec.podCIDRs[${i}]`, c)),
  ];
}

export default defineResource<core.Node>(core.Node, {
  sharesUnchanged: true,
  storagePath: 'minions',
  shortNames: ['no'],
  columns: [
    column<core.Node>('Status', nodeStatus),
    column<core.Node>('Roles', nodeRoles),
    column('Version', (n) => n.status.nodeInfo?.kubeletVersion ?? ''),
    column('Internal-IP', (n) => nodeAddress(n, 'InternalIP')),
    column('External-IP', (n) => nodeAddress(n, 'ExternalIP')),
    column('OS-Image', (n) => n.status.nodeInfo?.osImage || UNKNOWN),
    column('Kernel-Version', (n) => n.status.nodeInfo?.kernelVersion || UNKNOWN),
    column('Container-Runtime', (n) => n.status.nodeInfo?.containerRuntimeVersion || UNKNOWN),
  ],
  selectableFields: [selectable<core.Node>('spec.unschedulable', (n) => String(n.spec.unschedulable ?? false))],
  strategy: {
    resetFields: { v1: [['f:status']] },
    prepareForCreate: (obj) => dropDisabled(obj),
    prepareForUpdate(obj, old) {
      obj.status = old.status;
      if (old.spec.configSource === undefined) delete obj.spec.configSource;
    },
    metadata: { onUpdate: ['whole', 'change'] },
    validate: validateNode,
    validateUpdate: validateNodeAndUpdate,
    warningsOnCreate: warnings,
    warningsOnUpdate: warnings,
  },
  subresources: {
    status: view<core.Node>({
      resetFields: { v1: [['f:spec']] },
      prepareForUpdate(obj, old) {
        obj.spec = old.spec;
        if (old.status.config === undefined) delete obj.status.config;
        if (old.status.declaredFeatures === undefined) delete obj.status.declaredFeatures;
      },
      metadata: { onUpdate: ['change'] },
      validateUpdate: validateNodeUpdate,
    }),
    proxy: connecting(core.NodeProxyOptions, PROXY_VERBS, true, proxyToNode),
  },
});
