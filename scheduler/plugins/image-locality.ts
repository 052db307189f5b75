/** Prefers nodes that have the pod's images already; an image on few nodes counts less. Behaves like upstream plugins/imagelocality. */
import { MAX_NODE_SCORE, type Cycle, type Plugin } from '../framework/interface.ts';
import type { NodeInfo } from '../framework/node-info.ts';

const MB = 1024 * 1024;
const LEAST = 23 * MB;
const MOST_PER_CONTAINER = 1000 * MB;

/** An image without tag or digest means `latest`. */
export function normalizedImageName(name: string): string {
  return name.lastIndexOf(':') <= name.lastIndexOf('/') ? `${name}:latest` : name;
}

function scaledSize(image: string, node: NodeInfo, cycle: Cycle): number {
  const size = node.images.get(image);
  if (size === undefined) return 0;
  const holders = cycle.snapshot.nodes.filter((n) => n.images.has(image)).length;
  return Math.floor((size * holders) / cycle.snapshot.nodes.length);
}

export default {
  name: 'ImageLocality',
  weight: 1,
  score(cycle: Cycle, node: NodeInfo) {
    if (node.images.size === 0) return 0;
    const containers = [...(cycle.pod.spec.initContainers ?? []), ...(cycle.pod.spec.containers ?? [])];
    const sum = containers.reduce((s, c) => s + scaledSize(normalizedImageName(c.image ?? ''), node, cycle), 0);
    const most = MOST_PER_CONTAINER * containers.length;
    return Math.floor((MAX_NODE_SCORE * (Math.min(Math.max(sum, LEAST), most) - LEAST)) / (most - LEAST));
  },
} satisfies Plugin;
