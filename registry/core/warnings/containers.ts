/** Ports and variables that collide. Behaves like upstream pkg/api/pod/warnings.go. */
import type { ContainerPort, EnvVar, PodSpec } from '../../../apimachinery/types/core.gen.ts';
import { goQuote } from '../../../apimachinery/go-text.ts';
import type { Path } from '../../../apimachinery/validation/field.ts';
import { visitContainers } from '../pods/containers.ts';

interface Placed {
  readonly port: ContainerPort;
  readonly path: Path;
}

/** Of all containers, in order. */
export function portWarnings(spec: PodSpec, path: Path, told: string[]): void {
  const ports: Placed[] = [];
  visitContainers(spec, (c, field, i) => c.ports?.forEach((port, p) => ports.push({ port, path: path.child(field).index(i).child('ports').index(p) })));
  ports.forEach((placed, i) => collisions(placed, ports, i, told));
  if (ports.length > 1) repeatedNames(ports, told);
}

/** With the ports before the i-th. */
function collisions(placed: Placed, ports: readonly Placed[], i: number, told: string[]): void {
  const { port, path } = placed;
  if (port.hostIP && !port.hostPort) told.push(`${path}: hostIP set without hostPort: ${printed(port)}`);
  for (let j = 0; j < i; j++) {
    const other = ports[j] as Placed;
    if (other.port.containerPort === port.containerPort && other.port.protocol === port.protocol) collision(placed, other, told);
  }
}

function collision({ port, path }: Placed, other: Placed, told: string[]): void {
  const [a, b] = [port.hostIP ?? '', other.port.hostIP ?? ''];
  const [p, q] = [port.hostPort ?? 0, other.port.hostPort ?? 0];
  if (a === b && p === q) told.push(`${path}: duplicate port definition with ${other.path}`);
  else if (p === 0 || q === 0) told.push(`${path}: overlapping port definition with ${other.path}`);
  else if (p === q && (a === '') !== (b === '')) told.push(`${path}: dangerously ambiguous port definition with ${other.path}`);
}

const printed = (p: ContainerPort): string =>
  `{Name:${p.name ?? ''} HostPort:${p.hostPort ?? 0} ContainerPort:${p.containerPort} Protocol:${p.protocol ?? ''} HostIP:${p.hostIP ?? ''}}`;

function repeatedNames(ports: readonly Placed[], told: string[]): void {
  const first = new Map<string, Path>();
  for (const { port, path } of ports) {
    if (!port.name) continue;
    const other = first.get(port.name);
    if (!other) first.set(port.name, path);
    else
      told.push(
        `${path}: duplicate port name ${goQuote(port.name)} with ${other}, services and probes that select ports by name will use ${other}`,
      );
  }
}

/** `A=$(A):more` extends the variable; anything else hides the earlier one. */
function hides({ name, value = '', valueFrom }: EnvVar): boolean {
  const reference = `$(${name})`;
  return valueFrom !== undefined || value === reference || !value.includes(reference);
}

/** As many are compared with each other; of more, a set tells what came before. */
const FEW = 16;

export function envWarnings(env: readonly EnvVar[], path: Path, told: string[]): void {
  const seen = env.length > FEW ? new Set<string>() : undefined;
  for (let i = 0; i < env.length; i++) {
    const item = env[i] as EnvVar;
    const isRepeated = seen ? seen.has(item.name) : isNamedBefore(env, i, item.name);
    seen?.add(item.name);
    if (isRepeated && hides(item))
      told.push(`${path.child('env').index(i)}: hides previous definition of ${goQuote(item.name)}, which may be dropped when using apply`);
  }
}

function isNamedBefore(env: readonly EnvVar[], i: number, name: string): boolean {
  for (let j = 0; j < i; j++) if (env[j]?.name === name) return true;
  return false;
}
