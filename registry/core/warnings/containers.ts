/** Ports and variables that collide. Behaves like upstream pkg/api/pod/warnings.go. */
import type { ContainerPort, EnvVar, PodSpec } from '../../../apimachinery/types/core.gen.ts';
import { goQuote } from '../../../apimachinery/go-text.ts';
import { allContainers } from '../pods/containers.ts';

interface Placed {
  readonly port: ContainerPort;
  readonly path: string;
}

/** The ports of all containers, in order. */
const allPorts = (spec: PodSpec, path: string): readonly Placed[] =>
  allContainers(spec).flatMap(({ container, path: at }) =>
    (container.ports ?? []).map((port, i) => ({ port, path: `${path}.${at}.ports[${i}]` })),
  );

/** Of all containers. */
function countPorts(spec: PodSpec): number {
  let count = 0;
  for (const { ports } of spec.initContainers ?? []) count += ports?.length ?? 0;
  for (const { ports } of spec.containers ?? []) count += ports?.length ?? 0;
  for (const { ports } of spec.ephemeralContainers ?? []) count += ports?.length ?? 0;
  return count;
}

function collision({ port, path }: Placed, other: Placed): readonly string[] {
  const [a, b] = [port.hostIP ?? '', other.port.hostIP ?? ''];
  const [p, q] = [port.hostPort ?? 0, other.port.hostPort ?? 0];
  if (a === b && p === q) return [`${path}: duplicate port definition with ${other.path}`];
  if (p === 0 || q === 0) return [`${path}: overlapping port definition with ${other.path}`];
  return p === q && (a === '') !== (b === '') ? [`${path}: dangerously ambiguous port definition with ${other.path}`] : [];
}

const printed = (p: ContainerPort): string =>
  `{Name:${p.name ?? ''} HostPort:${p.hostPort ?? 0} ContainerPort:${p.containerPort} Protocol:${p.protocol ?? ''} HostIP:${p.hostIP ?? ''}}`;

export function portWarnings(spec: PodSpec, path: string): readonly string[] {
  if (countPorts(spec) === 0) return [];
  const ports = allPorts(spec, path);
  return ports.flatMap((placed, i) => {
    const { port } = placed;
    const same = ports.slice(0, i).filter((o) => o.port.containerPort === port.containerPort && o.port.protocol === port.protocol);
    return [
      ...(port.hostIP && !port.hostPort ? [`${placed.path}: hostIP set without hostPort: ${printed(port)}`] : []),
      ...same.flatMap((o) => collision(placed, o)),
    ];
  });
}

export function portNameWarnings(spec: PodSpec, path: string): readonly string[] {
  if (countPorts(spec) < 2) return [];
  const first = new Map<string, string>();
  return allPorts(spec, path).flatMap(({ port, path: at }) => {
    const other = port.name ? first.get(port.name) : undefined;
    if (port.name && !other) first.set(port.name, at);
    return other
      ? [
          `${at}: duplicate port name ${goQuote(port.name ?? '')} with ${other}, services and probes that select ports by name will use ${other}`,
        ]
      : [];
  });
}

/** `A=$(A):more` extends the variable; anything else hides the earlier one. */
function hides({ name, value = '', valueFrom }: EnvVar): boolean {
  const reference = `$(${name})`;
  return valueFrom !== undefined || value === reference || !value.includes(reference);
}

export function envWarnings(env: readonly EnvVar[] | undefined, path: string): readonly string[] {
  if (!env || env.length < 2) return [];
  const seen = new Set<string>();
  return env.flatMap((item, i) => {
    const isRepeated = seen.has(item.name);
    seen.add(item.name);
    return isRepeated && hides(item)
      ? [`${path}.env[${i}]: hides previous definition of ${goQuote(item.name)}, which may be dropped when using apply`]
      : [];
  });
}
