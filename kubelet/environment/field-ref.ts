/** The downward API's fields and resources. Behaves like upstream pkg/fieldpath and pkg/api/v1/resource ExtractContainerResourceValue. */
import { parseQuantity, ZERO_QUANTITY, type Quantity } from '../../apimachinery/quantity.ts';
import { isHostNetwork, type Container, type Pod } from '../container/pod.ts';

export interface PodAddresses {
  readonly podIPs: readonly string[];
  readonly hostIPs: readonly string[];
}

const sortedMap = (map: Readonly<Record<string, string>> | undefined): string =>
  Object.keys(map ?? {}).sort().map((k) => `${k}=${JSON.stringify(map?.[k])}`).join('\n');

/** Throws an Error with upstream's message for a path that does not exist. */
export function fieldValue(path: string, pod: Pod, { podIPs, hostIPs }: PodAddresses): string {
  const subscript = /^(metadata\.(?:annotations|labels))\['(.*)'\]$/.exec(path);
  if (subscript) return (subscript[1] === 'metadata.labels' ? pod.metadata.labels : pod.metadata.annotations)?.[subscript[2] ?? ''] ?? '';
  const ips = podIPs.length > 0 ? podIPs : isHostNetwork(pod) ? hostIPs : [];
  switch (path) {
    case 'metadata.annotations': return sortedMap(pod.metadata.annotations);
    case 'metadata.labels': return sortedMap(pod.metadata.labels);
    case 'metadata.name': return pod.metadata.name;
    case 'metadata.namespace': return pod.metadata.namespace;
    case 'metadata.uid': return pod.metadata.uid;
    case 'spec.nodeName': return pod.spec.nodeName ?? '';
    case 'spec.serviceAccountName': return pod.spec.serviceAccountName ?? '';
    case 'spec.host': return pod.spec.nodeName ?? '';
    case 'status.hostIP': return hostIPs[0] ?? '';
    case 'status.hostIPs': return hostIPs.join(',');
    case 'status.podIP': return ips[0] ?? '';
    case 'status.podIPs': return ips.join(',');
    default: throw new Error(`unsupported fieldPath: ${path}`);
  }
}

/** `ref`: `limits.cpu` and the like. Without a limit, the node's allocatable counts. */
export function resourceValue(ref: { readonly resource: string; readonly divisor?: string }, container: Container, allocatable: Readonly<Record<string, string>>): string {
  const [kind = '', ...rest] = ref.resource.split('.');
  const name = rest.join('.');
  const isHugePage = name.startsWith('hugepages-');
  if ((kind !== 'limits' && kind !== 'requests') || !(['cpu', 'memory', 'ephemeral-storage'].includes(name) || isHugePage)) throw new Error(`unsupported container resource : ${ref.resource}`);
  const quantity = quantityOf(container, kind, name, isHugePage ? {} : allocatable);
  const given = ref.divisor === undefined ? ZERO_QUANTITY : parseQuantity(ref.divisor);
  const divisor = given.isZero() ? parseQuantity('1') : given;
  return String(name === 'cpu' ? Math.ceil(quantity.milliValue() / divisor.milliValue()) : Math.ceil(quantity.value() / divisor.value()));
}

function quantityOf(container: Container, kind: 'limits' | 'requests', name: string, allocatable: Readonly<Record<string, string>>): Quantity {
  const own = container.resources?.[kind]?.[name];
  if (own !== undefined && !(kind === 'limits' && parseQuantity(own).isZero())) return parseQuantity(own);
  const fallback = kind === 'limits' ? allocatable[name] : undefined;
  return fallback === undefined ? ZERO_QUANTITY : parseQuantity(fallback);
}
