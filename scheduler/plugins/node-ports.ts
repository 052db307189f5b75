/** Two pods cannot hold one host port of a node. Behaves like upstream plugins/nodeports. */
import { SKIP, unschedulable, type Plugin } from '../framework/interface.ts';
import type { HostPort } from '../framework/pod-info.ts';

export const REASON = "node(s) didn't have free ports for the requested pod ports";

const ANY = '0.0.0.0';

export function portsConflict(a: HostPort, b: HostPort): boolean {
  return a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === ANY || b.ip === ANY);
}

export default {
  name: 'NodePorts',
  events: [
    { resource: 'Node', actions: ['Add', 'Update'] },
    { resource: 'AssignedPod', actions: ['Delete'] },
  ],
  preFilter({ info }) {
    return info.hostPorts.length === 0 ? { status: SKIP } : undefined;
  },
  filter({ info }, node) {
    return info.hostPorts.some((want) => node.hostPorts.some((have) => portsConflict(want, have))) ? unschedulable(REASON) : undefined;
  },
} satisfies Plugin;
